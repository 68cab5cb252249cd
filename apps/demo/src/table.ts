/** A whole file of pairs: judged with progress, stopped and taken up again, downloaded with the verdicts. */
import type { Model, ParaphraseResult } from 'albert-web';
import { startChoosing } from './choose-file.ts';
import { findPairColumns, formatTabs, parseDelimited, type DelimitedFile } from './delimited.ts';
import { download, find, make } from './dom.ts';
import { tableExample } from './examples.ts';
import { count, duration, percent } from './format.ts';
import type { ModelStore } from './model-store.ts';

/** Pairs judged between two looks at the pause button. */
const chunkSize = 32;
/** Rows shown; the others are in the download. */
const shownRows = 100;

interface Job {
  readonly name: string;
  readonly file: DelimitedFile;
  /** By row; what cannot be judged, an empty sentence say, stays out. */
  readonly results: Map<number, ParaphraseResult>;
  /** The next row to judge. */
  position: number;
  /** Milliseconds spent judging. */
  time: number;
  /** Pausing lasts until the chunk that was asked for has come back. */
  state: 'idle' | 'judging' | 'pausing';
}

/** Starts the panel. */
export function startTable(store: ModelStore): void {
  const run = find('table-run', HTMLButtonElement);
  const selects = ['table-first', 'table-second', 'table-label'].map((id) => find(id, HTMLSelectElement));
  const [first, second, label] = selects;
  if (!first || !second || !label) return;
  let job: Job | undefined;

  const open = (name: string, text: string): void => {
    const file = parseDelimited(text);
    const columns = findPairColumns(file);
    if (!columns || file.rows.length === 0) {
      find('table-name', HTMLElement).textContent = `${name}: no two columns with text`;
      find('table-job', HTMLElement).hidden = false;
      find('table-rows', HTMLElement).replaceChildren();
      job = undefined;
      update();
      return;
    }
    if (job) job.state = 'idle';
    job = { name, file, results: new Map(), position: 0, time: 0, state: 'idle' };
    const options = file.columns.map((column, index) => ({ column, value: String(index) }));
    for (const select of [first, second]) {
      select.replaceChildren(...options.map(({ column, value }) => make('option', { value }, column)));
    }
    label.replaceChildren(
      make('option', { value: '' }, 'nothing'),
      ...options.map(({ column, value }) => make('option', { value }, column)),
    );
    first.value = String(columns.first);
    second.value = String(columns.second);
    label.value = String(columns.label ?? '');
    find('table-name', HTMLElement).textContent = name;
    find('table-job', HTMLElement).hidden = false;
    restart();
  };

  const restart = (): void => {
    if (!job) return;
    job = { ...job, results: new Map(), position: 0, time: 0, state: 'idle' };
    const { rows } = job.file;
    find('table-rows', HTMLElement).replaceChildren(
      ...rows
        .slice(0, shownRows)
        .map((row) =>
          make(
            'tr',
            {},
            make('td', {}, row[Number(first.value)] ?? ''),
            make('td', {}, row[Number(second.value)] ?? ''),
            make('td', { className: 'number' }, '–'),
          ),
        ),
    );
    update();
  };

  /** Not paused, not replaced by another file, not at its end. */
  const canGoOn = (current: Job): boolean =>
    current.state === 'judging' && current === job && current.position < current.file.rows.length;

  const judge = async (current: Job, model: Model): Promise<void> => {
    current.state = 'judging';
    update();
    while (canGoOn(current)) {
      const started = performance.now();
      const from = current.position;
      const chunk = current.file.rows.slice(from, from + chunkSize);
      const pairs = chunk.map((row) => [row[Number(first.value)] ?? '', row[Number(second.value)] ?? ''] as const);
      const indices = pairs.flatMap(([a, b], index) => (a && b ? [index] : []));
      const results = await model.paraphrases(indices.flatMap((index) => [pairs[index] ?? (['', ''] as const)]));
      if (current !== job) return;
      results.forEach((result, index) => current.results.set(from + (indices[index] ?? 0), result));
      showVerdicts(current, from, chunk.length);
      current.position = from + chunk.length;
      current.time += performance.now() - started;
      update();
    }
    current.state = 'idle';
    update();
  };

  const update = (): void => {
    const total = job?.file.rows.length ?? 0;
    const position = job?.position ?? 0;
    const done = job !== undefined && position === total;
    const busy = job !== undefined && job.state !== 'idle';
    run.disabled = !job || store.state?.kind !== 'ready' || done || job.state === 'pausing';
    run.textContent = busy ? 'Pause' : position > 0 && !done ? 'Go on' : 'Judge';
    for (const select of selects) select.disabled = busy || !job;
    find('table-download', HTMLButtonElement).disabled = position === 0;
    find('table-progress', HTMLProgressElement).value = total ? position / total : 0;
    find('table-count', HTMLElement).textContent = job
      ? `${position.toLocaleString('en')} of ${count(total, 'pair')}${position ? ` · ${duration(job.time / position)} a pair` : ''}`
      : '';
    find('table-score', HTMLElement).textContent = job && label.value ? scoreOf(job, Number(label.value)) : '';
  };

  run.addEventListener('click', () => {
    if (!job || store.state?.kind !== 'ready') return;
    const current = job;
    if (current.state === 'judging') {
      current.state = 'pausing';
      update();
    } else if (current.state === 'idle') {
      void judge(current, store.state.model).catch((error: unknown) => {
        current.state = 'idle';
        update();
        find('table-score', HTMLElement).textContent = error instanceof Error ? error.message : String(error);
      });
    }
  });
  for (const select of [first, second]) select.addEventListener('change', restart);
  label.addEventListener('change', update);
  find('table-download', HTMLButtonElement).addEventListener('click', () => {
    if (job) download(`${job.name.replace(/\.\w+$/u, '')}-judged.tsv`, tabs(resultsOf(job)));
  });
  find('table-example', HTMLButtonElement).addEventListener('click', () => open('Ten pairs.tsv', tableExample));
  startChoosing(
    find('table-file', HTMLInputElement),
    find('table-drop', HTMLElement),
    (file) => void file.text().then((text) => open(file.name, text)),
  );
  store.subscribe(update);
}

const tabs = (text: string): Blob => new Blob([text], { type: 'text/tab-separated-values' });

function showVerdicts({ results }: Job, from: number, rows: number): void {
  const body = find('table-rows', HTMLElement);
  for (let row = from; row < from + rows; row++) {
    const cell = body.children[row]?.lastElementChild;
    if (!(cell instanceof HTMLElement)) return;
    const result = results.get(row);
    cell.textContent = result ? percent(result.probability) : 'empty';
    cell.dataset['kind'] = result?.paraphrase ? 'same' : 'different';
  }
}

/** How often the verdict is that of a column of 0 and 1. */
function scoreOf({ file, results }: Job, label: number): string {
  const judged = Array.from(results, ([row, { paraphrase }]) => ({ paraphrase, gold: file.rows[row]?.[label] })).filter(
    ({ gold }) => gold === '0' || gold === '1',
  );
  if (judged.length === 0) return '';
  const right = judged.filter(({ paraphrase, gold }) => paraphrase === (gold === '1')).length;
  return `Agrees with “${file.columns[label]}” in ${right} of ${judged.length} (${((100 * right) / judged.length).toFixed(1)} %)`;
}

function resultsOf({ file, results }: Job): string {
  const body = file.rows.flatMap((row, index) => {
    const result = results.get(index);
    return result ? [[...row, result.paraphrase ? '1' : '0', result.probability.toFixed(6)]] : [];
  });
  return formatTabs([[...file.columns, 'paraphrase', 'probability'], ...body]);
}
