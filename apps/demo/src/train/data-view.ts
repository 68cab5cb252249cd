/** The view of the examples: a file or a table to edit, its columns, its labels. */
import { visibleText } from 'albert-web';
import {
  checkLabelCount,
  countLabels,
  examplesOf,
  guessColumns,
  type Columns,
  type LabeledExample,
} from '@albert-web/training/session';
import { debounce, find, make } from '../shared/dom.ts';
import { startChoosing } from '../shared/files.ts';
import { tableOpener } from '../shared/open-table.ts';
import type { TableFile } from '../shared/table-file.ts';
import { text } from '../strings/index.ts';
import { exampleTable } from './example.ts';
import { startLabels } from './label-choice.ts';
import { startRows, type OpenTable } from './row-editor.ts';

/** Milliseconds after the last keystroke before labels are counted again. */
const typingPause = 200;

/** The data to train on. */
export interface TrainingData {
  readonly name: string;
  /** Names of class 0, class 1, ... */
  readonly labels: readonly string[];
  readonly examples: readonly LabeledExample[];
  /** Number of rows without a text or with a label that is not selected. */
  readonly skipped: number;
}

/** The interface of the view. */
export interface DataView {
  /** Returns the selected data. @throws TrainingDataError if it cannot be used for training */
  read(): TrainingData;
}

/**
 * Starts the view with the example.
 *
 * @param fail called with possible remedies when a file cannot be used; the previous one stays open
 * @param changed called on every change
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
  let table: OpenTable = { name: '', columns: [], rows: [] };
  const columns = (): Columns => ({
    first: Number(selects.first.value),
    second: selects.second.value === '' ? undefined : Number(selects.second.value),
    label: Number(selects.label.value),
  });
  const counts = (): Map<string, number> => countLabels(table, columns().label);

  const labels = startLabels(() => ({ counts: counts(), isPair: columns().second !== undefined }), changed);
  const recount = (): void => {
    labels.show();
    changed();
  };
  const rows = startRows(() => ({ table, columns: columns() }), {
    cell: debounce(recount, typingPause),
    rows: recount,
  });
  const restart = (): void => {
    labels.restart();
    rows.restart();
    changed();
  };
  const take = ({ name, columns, rows }: TableFile): void => {
    const guess = guessColumns({ columns, rows });
    checkLabelCount(countLabels({ columns, rows }, guess.label), columns[guess.label] ?? '');
    table = { name: name.replace(/\.\w+$/u, ''), columns, rows: rows.map((row) => row.map(visibleText)) };
    fillColumns(selects, columns, guess);
    restart();
  };
  const openFile = tableOpener({ chips: find('train-format', HTMLElement), take, fail });
  const openExample = (): void => void openFile(new File([exampleTable], `${text.train.exampleName}.csv`));

  for (const select of Object.values(selects)) select.addEventListener('change', restart);
  find('train-example', HTMLButtonElement).addEventListener('click', openExample);
  startChoosing(find('train-file', HTMLInputElement), find('train-drop', HTMLElement), (file) => void openFile(file));
  openExample();

  return {
    read() {
      const picked = columns();
      checkLabelCount(counts(), table.columns[picked.label] ?? '');
      const wanted = labels.read();
      const examples = examplesOf(table, picked, wanted.labels);
      return { name: table.name, labels: wanted.classes, examples, skipped: table.rows.length - examples.length };
    },
  };
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
