/** A whole file of pairs: judged with progress, stopped and taken up again, downloaded with the verdicts. */
import { messageOf } from '@albert-web/errors';
import { startChoosing } from '../shared/files.ts';
import { findPairColumns, formatTabs, parseDelimited, type DelimitedFile, type PairColumns } from './delimited.ts';
import { download, find, make } from '../shared/dom.ts';
import { tableExample } from '../shared/examples.ts';
import { count, duration, percent } from '../shared/format.ts';
import type { ModelStore } from '../models/model-store.ts';
import { TableJob, type Judge } from './table-job.ts';

/** Rows shown; the others are in the download. */
const shownRows = 100;

/** Starts the panel. @returns what opens a file in it. */
export function startTable(store: ModelStore): (file: File) => Promise<void> {
  const run = find('table-run', HTMLButtonElement);
  const first = find('table-first', HTMLSelectElement);
  const second = find('table-second', HTMLSelectElement);
  const label = find('table-label', HTMLSelectElement);
  let name = '';
  let job: TableJob | undefined;

  const judge = (): Judge | undefined => (store.state?.kind === 'ready' ? store.state.model : undefined);

  /** With the columns as they are chosen now; what was judged before is given up. */
  const start = (file: DelimitedFile): void => {
    job?.stop();
    const columns = [Number(first.value), Number(second.value)] as const;
    const started = new TableJob(file, columns, (from, rows) => {
      if (started !== job) return;
      showVerdicts(started, from, rows);
      update();
    });
    job = started;
    find('table-rows', HTMLElement).replaceChildren(...file.rows.slice(0, shownRows).map((row) => rowOf(row, columns)));
    update();
  };

  const refuse = (why: string): void => {
    job?.stop();
    job = undefined;
    showFile(why);
    find('table-rows', HTMLElement).replaceChildren();
    update();
  };

  const open = (fileName: string, text: string): void => {
    const file = parseDelimited(text);
    const columns = findPairColumns(file);
    if (!columns || file.rows.length === 0) return refuse(`${fileName}: no two columns with text`);
    name = fileName;
    showFile(fileName);
    fillColumns({ first, second, label }, file.columns, columns);
    start(file);
  };

  const openFile = async (file: File): Promise<void> => {
    try {
      open(file.name, await file.text());
    } catch (error) {
      refuse(`${file.name} cannot be read: ${messageOf(error)}`);
    }
  };

  const update = (): void => {
    const { phase = 'idle', position = 0, milliseconds = 0, done = false } = job ?? {};
    const total = job?.file.rows.length ?? 0;
    const continues = job?.continuesWith(judge()) ?? false;
    run.disabled = !job || !judge() || phase === 'pausing' || (done && continues);
    run.textContent = { idle: continues && !done ? 'Go on' : 'Judge', judging: 'Pause', pausing: 'Pausing' }[phase];
    for (const select of [first, second, label]) select.disabled = !job || phase !== 'idle';
    find('table-download', HTMLButtonElement).disabled = position === 0;
    find('table-progress', HTMLProgressElement).value = total ? position / total : 0;
    find('table-count', HTMLElement).textContent = job
      ? `${position.toLocaleString('en')} of ${count(total, 'pair')}${position ? ` · ${duration(milliseconds / position)} a pair` : ''}`
      : '';
    find('table-score', HTMLElement).textContent = job && label.value ? scoreOf(job, Number(label.value)) : '';
  };

  const judgeOn = async (current: TableJob, model: Judge): Promise<void> => {
    if (!current.continuesWith(model)) clearVerdicts();
    try {
      await current.run(model);
    } catch (error) {
      if (current === job) find('table-score', HTMLElement).textContent = messageOf(error);
    }
  };

  run.addEventListener('click', () => {
    const model = judge();
    if (!job || !model) return;
    if (job.phase === 'idle') void judgeOn(job, model);
    else job.pause();
  });
  for (const select of [first, second]) {
    select.addEventListener('change', () => {
      if (job) start(job.file);
    });
  }
  label.addEventListener('change', update);
  find('table-download', HTMLButtonElement).addEventListener('click', () => {
    if (job) download(`${name.replace(/\.\w+$/u, '')}-judged.tsv`, tabs(resultsOf(job)));
  });
  find('table-example', HTMLButtonElement).addEventListener('click', () => open('Ten pairs.tsv', tableExample));
  startChoosing(find('table-file', HTMLInputElement), find('table-drop', HTMLElement), (file) => void openFile(file));
  store.subscribe(({ kind }) => {
    if (kind !== 'ready') job?.stop();
    update();
  });
  return openFile;
}

const tabs = (text: string): Blob => new Blob([text], { type: 'text/tab-separated-values' });

/** Shows the card of a file under this heading. */
function showFile(heading: string): void {
  find('table-name', HTMLElement).textContent = heading;
  find('table-job', HTMLElement).hidden = false;
}

function fillColumns(
  { first, second, label }: Readonly<Record<keyof PairColumns, HTMLSelectElement>>,
  names: readonly string[],
  columns: PairColumns,
): void {
  const options = (): HTMLElement[] => names.map((name, index) => make('option', { value: String(index) }, name));
  for (const select of [first, second]) select.replaceChildren(...options());
  label.replaceChildren(make('option', { value: '' }, 'nothing'), ...options());
  first.value = String(columns.first);
  second.value = String(columns.second);
  label.value = String(columns.label ?? '');
}

function rowOf(row: readonly string[], columns: readonly number[]): HTMLElement {
  const sentences = columns.map((column) => make('td', {}, row[column] ?? ''));
  return make('tr', {}, ...sentences, make('td', { className: 'number' }, '–'));
}

function verdictCells(): HTMLElement[] {
  return Array.from(find('table-rows', HTMLElement).querySelectorAll<HTMLElement>('td.number'));
}

function clearVerdicts(): void {
  for (const cell of verdictCells()) {
    cell.textContent = '–';
    delete cell.dataset['kind'];
  }
}

function showVerdicts({ results }: TableJob, from: number, rows: number): void {
  verdictCells()
    .slice(from, from + rows)
    .forEach((cell, index) => {
      const result = results.get(from + index);
      cell.textContent = result ? percent(result.probability) : 'empty';
      cell.dataset['kind'] = result?.paraphrase ? 'same' : 'different';
    });
}

/** How often the verdict is that of a column of 0 and 1. */
function scoreOf({ file, results }: TableJob, label: number): string {
  const judged = Array.from(results, ([row, { paraphrase }]) => ({ paraphrase, gold: file.rows[row]?.[label] })).filter(
    ({ gold }) => gold === '0' || gold === '1',
  );
  if (judged.length === 0) return '';
  const right = judged.filter(({ paraphrase, gold }) => paraphrase === (gold === '1')).length;
  return `Agrees with “${file.columns[label]}” in ${right} of ${judged.length} (${((100 * right) / judged.length).toFixed(1)} %)`;
}

function resultsOf({ file, results }: TableJob): string {
  const body = file.rows.flatMap((row, index) => {
    const result = results.get(index);
    return result ? [[...row, result.paraphrase ? '1' : '0', result.probability.toFixed(6)]] : [];
  });
  return formatTabs([[...file.columns, 'paraphrase', 'probability'], ...body]);
}
