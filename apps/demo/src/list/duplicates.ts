/** Finds the lines of a list that mean the same. */
import type { Table } from '@albert-web/training/session';
import { load, otherLanguage, paraphraseMining, type MiningProgress, type Model } from 'albert-web';
import type { ModelStore, ReadyModel } from '../models/model-store.ts';
import { download, find, make } from '../shared/dom.ts';
import { startChoosing } from '../shared/files.ts';
import { duration, languageNames } from '../shared/format.ts';
import { linesOf } from '../shared/lines.ts';
import { problemOf, showProblem } from '../shared/problem.ts';
import { readingOf } from '../shared/reading.ts';
import { tabsBlob } from '../shared/write-table.ts';
import { text } from '../strings/index.ts';
import { startJob } from './list-job.ts';

/** The sentence encoder that is served with the page, used together with cross-encoders. */
const ownEncoder = './weights/sentence/';

/** Number of lines whose language is detected. That is enough for a long list. */
const linesLookedAt = 200;

/** Starts the part of the list panel that does not need a sentence. */
export function startDuplicates(store: ModelStore): void {
  const list = find('rank-list', HTMLTextAreaElement);
  const card = find('duplicates-card', HTMLElement);
  const show = startGroups();
  const job = startJob('duplicates', store, start, () => show([]));
  let encoder: Promise<Model> | undefined;

  async function start(): Promise<void> {
    const { state } = store;
    card.hidden = false;
    const lines = linesOf(list.value);
    if (state?.kind !== 'ready' || lines.length < 2) {
      job.status.textContent = text.duplicates.missing;
      return;
    }
    job.progress.removeAttribute('value');
    await job.run((signal) => findIn(state, lines, signal));
  }

  /** Loads the encoder when it is first needed. After a failure, the next call loads it again. */
  const ownedEncoder = (): Promise<Model> => {
    encoder ??= load(new URL(ownEncoder, document.baseURI)).catch((error: unknown) => {
      encoder = undefined;
      throw error;
    });
    return encoder;
  };

  const findIn = async (ready: ReadyModel, lines: readonly string[], signal: AbortSignal): Promise<void> => {
    const { sentenceEncoder } = ready.info;
    if (!sentenceEncoder) job.status.textContent = text.duplicates.loading;
    const models = sentenceEncoder ? { encoder: ready.model } : { encoder: await ownedEncoder(), judge: ready.model };
    signal.throwIfAborted();
    const started = performance.now();
    let stage = { name: '', since: started };
    const onProgress = ({ stage: name, done, total }: MiningProgress): void => {
      if (signal.aborted) return;
      if (stage.name !== name) stage = { name, since: performance.now() };
      job.status.textContent = text.duplicates.stages[name](job.advance(done, total, stage.since));
    };
    const { clusters } = await paraphraseMining(lines, { ...models, signal, onProgress });
    signal.throwIfAborted();
    show(clusters.map((members) => members.map((member) => lines[member] ?? '')));
    // The status line says so if there are none.
    find('duplicates-empty', HTMLElement).hidden = true;
    const time = duration(performance.now() - started);
    const { language } = ready.info.config;
    const { cut } = await readingOf(models.encoder, lines);
    signal.throwIfAborted();
    job.status.textContent = [
      text.duplicates.done(clusters.length, lines.length, time),
      ...(language ? languageWarning(lines, language) : []),
      ...(cut > 0 ? [text.duplicates.cut(cut)] : []),
    ].join('. ');
  };

  list.addEventListener('input', () => job.invalidate());
  startListFile(list);
  store.subscribe(({ kind }) => {
    if (kind !== 'ready') card.hidden = true;
  });
}

/** Starts the list of groups, and the button that saves them. @returns a function that shows groups */
function startGroups(): (groups: readonly (readonly string[])[]) => void {
  const save = find('duplicates-download', HTMLButtonElement);
  let shown: readonly (readonly string[])[] = [];
  save.addEventListener('click', () => {
    const rows = shown.flatMap((lines, group) => lines.map((line) => [String(group + 1), line]));
    download('duplicates.tsv', tabsBlob([['group', 'line'], ...rows]));
  });
  return (groups) => {
    shown = groups;
    save.hidden = groups.length === 0;
    find('duplicates-empty', HTMLElement).hidden = groups.length > 0;
    find('duplicates', HTMLElement).replaceChildren(...groups.map(groupItem));
  };
}

/** Returns a warning if some lines are in languages that the model does not read. */
function languageWarning(lines: readonly string[], read: readonly string[]): string[] {
  const others = lines.slice(0, linesLookedAt).flatMap((line) => otherLanguage(line, read) ?? []);
  return others.length === 0 ? [] : [text.duplicates.otherLanguage(languageNames(others), languageNames(read))];
}

function groupItem(lines: readonly string[]): HTMLLIElement {
  return make(
    'li',
    { className: 'group' },
    make('span', { className: 'ranked-number' }, text.duplicates.lines(lines.length)),
    make('ul', {}, ...lines.map((line) => make('li', { className: 'ranked-text', dir: 'auto' }, line))),
  );
}

/** Lets users replace the text in the box by a column of a file. */
function startListFile(list: HTMLTextAreaElement): void {
  const choose = find('duplicates-column', HTMLSelectElement);
  const field = find('duplicates-column-field', HTMLElement);
  let file: Table | undefined;
  /** Identifies the latest file. If an earlier one takes longer to read, it is ignored. */
  let latest: object | undefined;
  const fill = async (): Promise<void> => {
    if (!file) return;
    const { columnOf } = await import('./list-file.ts');
    list.value = columnOf(file, Number(choose.value)).join('\n');
    list.dispatchEvent(new Event('input'));
  };
  choose.addEventListener('change', () => void fill());
  startChoosing(find('duplicates-file', HTMLInputElement), list, (chosen) => void open(chosen));

  async function open(chosen: File): Promise<void> {
    find('duplicates-problem', HTMLElement).hidden = true;
    const opening = (latest = {});
    try {
      const { fullestColumn, readList } = await import('./list-file.ts');
      const read = await readList(chosen);
      if (opening !== latest) return;
      file = read;
      choose.replaceChildren(...file.columns.map((name, at) => new Option(name, String(at))));
      choose.value = String(fullestColumn(file));
      field.hidden = file.columns.length < 2;
      await fill();
    } catch (error) {
      if (opening === latest) showProblem('duplicates-problem', problemOf(error, text.table.problem));
    }
  }
}
