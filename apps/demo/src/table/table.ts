/** The panel for a file of pairs: compares them with progress, can be paused and resumed, and offers the verdicts as a download. */
import { verdictOf } from 'albert-web';
import { problemLine, problemOf, showProblem } from '../shared/problem.ts';
import type { ModelStore } from '../models/model-store.ts';
import { Answer } from '../shared/answer.ts';
import { download, find, make } from '../shared/dom.ts';
import { tableExample } from '../shared/examples.ts';
import { startChoosing } from '../shared/files.ts';
import { duration, sharePercent, timeLeft } from '../shared/format.ts';
import { warnBeforeLeaving } from '../shared/leaving.ts';
import { tableOpener } from '../shared/open-table.ts';
import { noteOn, shortVerdict } from '../shared/short-verdict.ts';
import type { TableFile } from '../shared/table-file.ts';
import { tabsBlob } from '../shared/write-table.ts';
import { text } from '../strings/index.ts';
import { comparesSentences } from '../tasks/task-forms.ts';
import { findPairColumns, type PairColumns } from './pair-columns.ts';
import { TableJob, type Judge } from './table-job.ts';

/** Number of rows shown. The download contains all of them. */
const shownRows = 100;

/** Starts the panel. @returns a function that opens a file in it */
export function startTable(store: ModelStore): (file: File) => Promise<void> {
  const run = find('table-run', HTMLButtonElement);
  const first = find('table-first', HTMLSelectElement);
  const second = find('table-second', HTMLSelectElement);
  const label = find('table-label', HTMLSelectElement);
  let table: TableFile | undefined;
  let job: TableJob | undefined;

  const judge = (): Judge | undefined => {
    const { state } = store;
    return state?.kind === 'ready' && comparesSentences(state.info) ? state.model : undefined;
  };
  const answer = new Answer([find('table-answer', HTMLElement)], clearVerdicts);

  /** Starts a job with the selected columns. Earlier verdicts are dropped. */
  const start = (file: TableFile): void => {
    job?.stop();
    const columns = [Number(first.value), Number(second.value)] as const;
    const started = new TableJob(file, columns, (from, rows) => {
      if (started !== job) return;
      showVerdicts(started, from, rows);
      update();
    });
    job = started;
    answer.clear();
    find('table-rows', HTMLElement).replaceChildren(...file.rows.slice(0, shownRows).map((row) => rowOf(row, columns)));
    const more = find('table-more', HTMLElement);
    more.hidden = file.rows.length <= shownRows;
    more.textContent = text.table.moreRows(shownRows, file.rows.length);
    update();
  };

  const openFile = tableOpener({
    chips: find('table-format', HTMLElement),
    take(opened) {
      table = opened;
      find('table-problem', HTMLElement).hidden = true;
      find('table-name', HTMLElement).textContent = table.name;
      find('table-job', HTMLElement).hidden = false;
      fillColumns({ first, second, label }, table.columns, findPairColumns(table));
      start(table);
    },
    fail: (error, remedies) => showProblem('table-problem', problemOf(error, text.table.problem), remedies),
  });

  const update = (): void => {
    const { phase = 'idle', position = 0, done = false } = job ?? {};
    const continues = job?.continuesWith(judge()) ?? false;
    const isPair = first.value !== second.value;
    run.disabled = !job || !judge() || !isPair || phase === 'pausing' || (done && continues);
    const { resume, judge: begin, pause, pausing } = text.table;
    run.textContent = { idle: continues && !done ? resume : begin, judging: pause, pausing }[phase];
    for (const select of [first, second, label]) select.disabled = !job || phase !== 'idle';
    find('table-download', HTMLButtonElement).disabled = position === 0;
    find('table-progress', HTMLProgressElement).value = job ? position / job.file.rows.length : 0;
    find('table-count', HTMLElement).textContent = job ? countOf(job) : '';
    const twice = text.table.sameColumn(table?.columns[Number(first.value)] ?? '');
    const score = job && label.value ? scoreOf(job, Number(label.value)) : '';
    const wait = job && store.state?.kind === 'loading' ? text.compare.loading : '';
    find('table-score', HTMLElement).textContent = job && !isPair ? twice : score || wait;
  };

  const judgeOn = async (current: TableJob, model: Judge): Promise<void> => {
    if (!current.continuesWith(model)) clearVerdicts();
    await answer.run(
      (signal) => {
        signal.addEventListener('abort', () => current.stop());
        return current.run(model);
      },
      (error) => {
        if (current === job) find('table-score', HTMLElement).replaceChildren(problemLine(error));
      },
    );
  };

  run.addEventListener('click', () => {
    const model = judge();
    if (!job || !model) return;
    if (job.phase === 'idle') void judgeOn(job, model);
    else job.pause();
  });
  for (const select of [first, second]) {
    select.addEventListener('change', () => {
      if (table) start(table);
    });
  }
  label.addEventListener('change', update);
  find('table-download', HTMLButtonElement).addEventListener('click', () => {
    if (job && table) download(`${table.name.replace(/\.\w+$/u, '')}-judged.tsv`, tabsBlob(resultsOf(job)));
  });
  find('table-example', HTMLButtonElement).addEventListener('click', () => {
    void openFile(new File([tableExample], `${text.table.exampleName}.tsv`));
  });
  startChoosing(find('table-file', HTMLInputElement), find('table-drop', HTMLElement), (file) => void openFile(file));
  store.subscribe(({ kind }) => {
    if (kind !== 'ready') answer.invalidate();
    update();
  });
  warnBeforeLeaving(() => job?.phase === 'judging');
  return openFile;
}

function fillColumns(
  { first, second, label }: Readonly<Record<keyof PairColumns, HTMLSelectElement>>,
  names: readonly string[],
  columns: PairColumns,
): void {
  const options = (): HTMLElement[] => names.map((name, index) => make('option', { value: String(index) }, name));
  for (const select of [first, second]) select.replaceChildren(...options());
  label.replaceChildren(make('option', { value: '' }, text.table.nothing), ...options());
  first.value = String(columns.first);
  second.value = String(columns.second);
  label.value = String(columns.label ?? '');
}

function rowOf(row: readonly string[], columns: readonly number[]): HTMLElement {
  const sentences = columns.map((column) => make('td', { dir: 'auto' }, row[column] ?? ''));
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

function showVerdicts({ results, skipped }: TableJob, from: number, rows: number): void {
  verdictCells()
    .slice(from, from + rows)
    .forEach((cell, index) => {
      const result = results.get(from + index);
      cell.textContent = result ? shortVerdict(result) : (skipped.get(from + index) ?? '–');
      cell.dataset['kind'] = result ? verdictOf(result) : 'skipped';
    });
}

/** Describes the progress of a job and the time left. */
function countOf({ position, file, results, skipped, milliseconds }: TableJob): string {
  const total = file.rows.length;
  const left = timeLeft(position, total, milliseconds);
  return [
    text.table.position(position, total),
    ...(position > 0 ? [text.table.counts(results.size, skipped.size)] : []),
    ...(results.size > 0 ? [text.table.perPair(duration(milliseconds / results.size))] : []),
    ...(left === undefined ? [] : [text.table.left(left)]),
  ].join(' · ');
}

/** Describes how often the verdict agrees with a column of 0 and 1. */
function scoreOf({ file, results }: TableJob, label: number): string {
  const judged = Array.from(results, ([row, { paraphrase }]) => ({
    paraphrase,
    gold: file.rows[row]?.[label]?.trim(),
  })).filter(({ gold }) => gold === '0' || gold === '1');
  if (judged.length === 0) return '';
  const right = judged.filter(({ paraphrase, gold }) => paraphrase === (gold === '1')).length;
  return text.table.agrees(file.columns[label] ?? '', right, judged.length, sharePercent(right / judged.length));
}

/** Returns all rows of the file, each with its verdict or the reason why it has none. */
function resultsOf({ file, results, skipped }: TableJob): string[][] {
  const { columns, rows } = file;
  const body = rows.map((row, index) => {
    const cells = columns.map((_, column) => row[column] ?? '');
    const result = results.get(index);
    return result
      ? [...cells, result.paraphrase ? '1' : '0', result.probability.toFixed(6), noteOn(result)]
      : [...cells, '', '', skipped.get(index) ?? text.table.skipped.pending];
  });
  return [[...columns, 'paraphrase', 'probability', 'note'], ...body];
}
