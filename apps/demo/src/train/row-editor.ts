/** The table in which users edit, remove and restore examples. */
import type { Columns } from '@albert-web/training/session';
import { find, make } from '../shared/dom.ts';
import { growWithText } from '../shared/grow.ts';
import { text } from '../strings/index.ts';

/** Maximum number of rows that can be edited. The others are used for training as well. */
const editableRows = 60;

/** The open table of examples. */
export interface OpenTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Edited in place. */
  readonly rows: string[][];
}

/** The interface of the editor. */
export interface RowEditor {
  /** Shows another table, or other columns of it. Removed rows can then no longer be restored. */
  restart(): void;
}

/** Called on changes by users. */
interface Changes {
  /** A cell was edited. */
  readonly cell: () => void;
  /** A row was added or removed. */
  readonly rows: () => void;
}

/** Prepares the editor. @param open returns the table and the selected columns whenever the editor is shown */
export function startRows(
  open: () => { readonly table: OpenTable; readonly columns: Columns },
  changed: Changes,
): RowEditor {
  const body = find('train-rows', HTMLElement);
  const restoreRow = find('train-restore-row', HTMLButtonElement);
  /** The row that was removed last, and its index. */
  let removed: { readonly row: string[]; readonly index: number } | undefined;

  const show = (): void => {
    const { table, columns } = open();
    const { first, second, label } = columns;
    const shown = [first, ...(second === undefined ? [] : [second]), label];
    find('train-heads', HTMLElement).replaceChildren(
      ...shown.map((column) => make('th', { scope: 'col' }, table.columns[column] ?? '')),
      make('th', { scope: 'col' }, make('span', { className: 'sr' }, text.train.remove)),
    );
    body.replaceChildren(...table.rows.slice(0, editableRows).map((row, index) => editorRow(row, index, shown)));
    const { name, rows } = table;
    find('train-name', HTMLElement).textContent = name;
    find('train-count', HTMLElement).textContent =
      rows.length > editableRows ? text.train.firstRows(rows.length, editableRows) : text.train.rowCount(rows.length);
  };

  const editorRow = (row: string[], index: number, shown: readonly number[]): HTMLElement => {
    const { table } = open();
    const cells = shown.map((column) => {
      const box = make('textarea', {
        rows: 1,
        dir: 'auto',
        value: row[column] ?? '',
        ariaLabel: text.train.cell(index + 1, table.columns[column] ?? ''),
      });
      growWithText(box);
      box.addEventListener('input', () => {
        row[column] = box.value;
        changed.cell();
      });
      return make('td', {}, box);
    });
    const remove = make(
      'button',
      { type: 'button', className: 'quiet', ariaLabel: text.train.removeRow(index + 1) },
      '×',
    );
    remove.addEventListener('click', () => {
      keepRemoved({ row, index });
      change((rows) => rows.splice(index, 1));
      body.children[Math.min(index, table.rows.length - 1)]?.querySelector('button')?.focus();
    });
    return make('tr', {}, ...cells, make('td', {}, remove));
  };

  const change = (edit: (rows: string[][]) => void): void => {
    edit(open().table.rows);
    show();
    changed.rows();
  };
  const keepRemoved = (last: typeof removed): void => {
    removed = last;
    restoreRow.hidden = !last;
  };
  restoreRow.addEventListener('click', () => {
    if (!removed) return;
    const { row, index } = removed;
    keepRemoved(undefined);
    change((rows) => rows.splice(index, 0, row));
    body.children[index]?.querySelector('textarea')?.focus();
  });
  find('train-add', HTMLButtonElement).addEventListener('click', () => {
    change((rows) => rows.unshift(open().table.columns.map(() => '')));
    body.querySelector('textarea')?.focus();
  });

  return {
    restart() {
      keepRemoved(undefined);
      show();
    },
  };
}
