/** The examples: a file or a table to edit, its columns, its labels. */
import { visibleText } from 'albert-web';
import { isUnnamed, labelRole } from '@albert-web/core/spec';
import { tableOpener } from '../shared/open-table.ts';
import type { TableFile } from '../shared/table-file.ts';
import { text } from '../strings/index.ts';
import {
  checkLabelCount,
  countLabels,
  examplesOf,
  guessColumns,
  type Columns,
  type LabeledExample,
} from '@albert-web/training/session';
import { startChoosing } from '../shared/files.ts';
import { debounce, find, make } from '../shared/dom.ts';
import { growWithText } from '../shared/grow.ts';
import { exampleTable } from './example.ts';

/** Rows that can be edited; the others are trained on all the same. */
const editableRows = 60;

/** What there is to train on. */
export interface TrainingData {
  readonly name: string;
  /** Class 0, class 1, ... */
  readonly labels: readonly string[];
  readonly examples: readonly LabeledExample[];
  /** Rows without a text or with a label that is not wanted. */
  readonly leftOut: number;
}

interface OpenTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Edited in place. */
  readonly rows: string[][];
}

/** The view's answers. */
export interface DataView {
  /** @throws TrainingDataError when the rows that are picked cannot be trained on. */
  read(): TrainingData;
}

/**
 * Starts the view with the example.
 *
 * @param fail told when a file cannot be used, with what may help; what was open stays open. @param changed told at every change.
 */
export function startData(
  fail: (error: unknown, remedies: readonly HTMLElement[]) => void,
  changed: () => void,
): DataView {
  const selects = {
    first: find('train-first', HTMLSelectElement),
    second: find('train-second', HTMLSelectElement),
    label: find('train-label', HTMLSelectElement),
  };
  const positive = find('train-positive', HTMLSelectElement);
  let table: OpenTable = { name: '', columns: [], rows: [] };
  const unwanted = new Set<string>();
  const restoreRow = find('train-restore-row', HTMLButtonElement);
  /** What was removed last, and from where. */
  let removed: { readonly row: string[]; readonly index: number } | undefined;

  const take = ({ name, columns, rows }: TableFile): void => {
    const guess = guessColumns({ columns, rows });
    checkLabelCount(countLabels({ columns, rows }, guess.label), columns[guess.label] ?? '');
    table = { name: name.replace(/\.\w+$/u, ''), columns, rows: rows.map((row) => row.map(visibleText)) };
    fillColumns(selects, columns, guess);
    restart();
  };
  const openFile = tableOpener({ chips: find('train-format', HTMLElement), take, fail });
  const openExample = (): void => void openFile(new File([exampleTable], `${text.train.exampleName}.csv`));
  const columns = (): Columns => ({
    first: Number(selects.first.value),
    second: selects.second.value === '' ? undefined : Number(selects.second.value),
    label: Number(selects.label.value),
  });
  const labels = (): Map<string, number> => countLabels(table, columns().label);
  const wantedLabels = (): string[] => [...labels().keys()].filter((label) => !unwanted.has(label));

  const restart = (): void => {
    unwanted.clear();
    keepRemoved(undefined);
    showLabels();
    showRows();
    changed();
  };

  const showLabels = (): void => {
    const found = [...labels()].slice(0, 50);
    find('train-labels', HTMLElement).replaceChildren(
      ...found.map(([label, rows]) => {
        const box = make('input', { type: 'checkbox', checked: !unwanted.has(label) });
        box.addEventListener('change', () => {
          if (box.checked) unwanted.delete(label);
          else unwanted.add(label);
          showPositive();
          changed();
        });
        return make('label', { className: 'check' }, box, text.train.labelRows(label, rows));
      }),
    );
    showPositive();
  };

  /** Only of a pair with two classes can it be asked which of them means "the same". */
  const showPositive = (): void => {
    const names = wantedLabels();
    const isVerdict = columns().second !== undefined && names.length === 2;
    find('train-positive-field', HTMLElement).hidden = !isVerdict;
    const before = positive.value;
    positive.replaceChildren(...names.map((name) => make('option', { value: name }, name)));
    positive.value = names.includes(before) ? before : (names.find(meansSame) ?? names.at(-1) ?? '');
  };

  const showRows = (): void => {
    const { first, second, label } = columns();
    const shown = [first, ...(second === undefined ? [] : [second]), label];
    find('train-heads', HTMLElement).replaceChildren(
      ...shown.map((column) => make('th', { scope: 'col' }, table.columns[column] ?? '')),
      make('th', { scope: 'col' }, make('span', { className: 'sr' }, text.train.remove)),
    );
    find('train-rows', HTMLElement).replaceChildren(
      ...table.rows.slice(0, editableRows).map((row, index) => editorRow(row, index, shown)),
    );
    const { name, rows } = table;
    find('train-name', HTMLElement).textContent = name;
    find('train-count', HTMLElement).textContent =
      rows.length > editableRows ? text.train.firstRows(rows.length, editableRows) : text.train.rowCount(rows.length);
  };

  const editorRow = (row: string[], index: number, shown: readonly number[]): HTMLElement => {
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
        refreshSoon();
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
      table.rows.splice(index, 1);
      refresh();
      const next = find('train-rows', HTMLElement).children[Math.min(index, table.rows.length - 1)];
      next?.querySelector('button')?.focus();
    });
    return make('tr', {}, ...cells, make('td', {}, remove));
  };

  const keepRemoved = (last: typeof removed): void => {
    removed = last;
    restoreRow.hidden = !last;
  };
  restoreRow.addEventListener('click', () => {
    if (!removed) return;
    const { row, index } = removed;
    table.rows.splice(index, 0, row);
    keepRemoved(undefined);
    refresh();
    find('train-rows', HTMLElement).children[index]?.querySelector('textarea')?.focus();
  });

  const refresh = (): void => {
    showRows();
    showLabels();
    changed();
  };
  const refreshSoon = debounce(() => {
    showLabels();
    changed();
  }, 200);

  for (const select of Object.values(selects)) select.addEventListener('change', restart);
  positive.addEventListener('change', changed);
  find('train-add', HTMLButtonElement).addEventListener('click', () => {
    table.rows.unshift(table.columns.map(() => ''));
    refresh();
    find('train-rows', HTMLElement).querySelector('textarea')?.focus();
  });
  find('train-example', HTMLButtonElement).addEventListener('click', openExample);
  startChoosing(find('train-file', HTMLInputElement), find('train-drop', HTMLElement), (file) => void openFile(file));
  openExample();

  return {
    read: () => {
      const picked = columns();
      checkLabelCount(labels(), table.columns[picked.label] ?? '');
      const names = wantedLabels();
      const isVerdict = picked.second !== undefined && names.length === 2;
      // Class 1 is the one that means "the same", as in GLUE.
      const ordered = isVerdict ? [...names.filter((name) => name !== positive.value), positive.value] : names;
      const examples = examplesOf(table, picked, ordered);
      const classes = isVerdict ? verdictNames(ordered) : ordered;
      return { name: table.name, labels: classes, examples, leftOut: table.rows.length - examples.length };
    },
  };
}

const meansSame = (label: string): boolean => labelRole(label) === 'same' || /^(1|yes|true|entailment)$/iu.test(label);

/** Names of the classes of a verdict, the second of them "the same". What names like "yes" mean, no page could tell later. */
function verdictNames(labels: readonly string[]): readonly string[] {
  const [, same = ''] = labels;
  return labelRole(same) === 'same' || labels.every(isUnnamed) ? labels : ['not_paraphrase', 'paraphrase'];
}

function fillColumns(
  { first, second, label }: Readonly<Record<keyof Columns, HTMLSelectElement>>,
  columns: readonly string[],
  guess: Columns,
): void {
  const options = (): HTMLElement[] =>
    columns.map((name, index) => make('option', { value: String(index) }, name || text.file.column(index + 1)));
  first.replaceChildren(...options());
  second.replaceChildren(make('option', { value: '' }, text.train.noSecond), ...options());
  label.replaceChildren(...options());
  first.value = String(guess.first);
  second.value = String(guess.second ?? '');
  label.value = String(guess.label);
}
