/** A list alone: which of its lines mean the same. */
import type { Table } from '@albert-web/training/session';
import { load, otherLanguage, paraphraseMining, type MiningProgress, type Model } from 'albert-web';
import type { ModelStore, ReadyModel } from '../models/model-store.ts';
import { Answer } from '../shared/answer.ts';
import { download, find, make } from '../shared/dom.ts';
import { startChoosing } from '../shared/files.ts';
import { duration, languageNames, timeLeft } from '../shared/format.ts';
import { linesOf } from '../shared/lines.ts';
import { warnBeforeLeaving } from '../shared/leaving.ts';
import { problemLine, problemOf, showProblem } from '../shared/problem.ts';
import { readingOf } from '../shared/reading.ts';
import { tabsBlob } from '../shared/write-table.ts';
import { text } from '../strings/index.ts';
import { comparesSentences } from '../tasks/task-forms.ts';

/** The sentence encoder that is served with the page, for models that judge pairs. */
const ownEncoder = './weights/sentence/';

/** Lines of which the language is looked at: of a long list, enough to tell. */
const linesLookedAt = 200;

/** Starts the part of the list panel that needs no sentence. */
export function startDuplicates(store: ModelStore): void {
  const list = find('rank-list', HTMLTextAreaElement);
  const run = find('duplicates-run', HTMLButtonElement);
  const cancel = find('duplicates-cancel', HTMLButtonElement);
  const status = find('duplicates-status', HTMLElement);
  const progress = find('duplicates-progress', HTMLProgressElement);
  const save = find('duplicates-download', HTMLButtonElement);
  const card = find('duplicates-card', HTMLElement);
  let groups: readonly (readonly string[])[] = [];
  let encoder: Promise<Model> | undefined;

  const show = (found: readonly (readonly string[])[]): void => {
    groups = found;
    save.hidden = groups.length === 0;
    find('duplicates-empty', HTMLElement).hidden = groups.length > 0;
    find('duplicates', HTMLElement).replaceChildren(...groups.map(groupItem));
  };
  const answer = new Answer([find('duplicates-answer', HTMLElement)], () => show([]));
  const setBusy = (busy: boolean): void => {
    const { state } = store;
    run.hidden = busy;
    cancel.hidden = progress.hidden = !busy;
    run.disabled = state?.kind !== 'ready' || !comparesSentences(state.info);
  };

  /** Loaded when it is first needed; a failure is forgotten, so that the next attempt loads again. */
  const ownedEncoder = (): Promise<Model> => {
    encoder ??= load(new URL(ownEncoder, document.baseURI)).catch((error: unknown) => {
      encoder = undefined;
      throw error;
    });
    return encoder;
  };

  const findIn = async (ready: ReadyModel, lines: readonly string[], signal: AbortSignal): Promise<void> => {
    const { sentenceEncoder } = ready.info;
    if (!sentenceEncoder) status.textContent = text.duplicates.loading;
    const models = sentenceEncoder ? { encoder: ready.model } : { encoder: await ownedEncoder(), judge: ready.model };
    signal.throwIfAborted();
    const started = performance.now();
    let stage = { name: '', since: started };
    const onProgress = ({ stage: name, done, total }: MiningProgress): void => {
      if (signal.aborted) return;
      if (stage.name !== name) stage = { name, since: performance.now() };
      progress.value = done / total;
      const left = timeLeft(done, total, performance.now() - stage.since);
      status.textContent = text.duplicates.stages[name](text.job.progress(done, total, left));
    };
    const { clusters } = await paraphraseMining(lines, { ...models, signal, onProgress });
    signal.throwIfAborted();
    show(clusters.map((members) => members.map((member) => lines[member] ?? '')));
    // The line above says that there are none.
    find('duplicates-empty', HTMLElement).hidden = true;
    const time = duration(performance.now() - started);
    const { language } = ready.info.config;
    const { cut } = await readingOf(models.encoder, lines);
    signal.throwIfAborted();
    status.textContent = [
      text.duplicates.done(clusters.length, lines.length, time),
      ...(language ? languageWarning(lines, language) : []),
      ...(cut > 0 ? [text.duplicates.cut(cut)] : []),
    ].join('. ');
  };

  const start = async (): Promise<void> => {
    const { state } = store;
    card.hidden = false;
    const lines = linesOf(list.value);
    if (state?.kind !== 'ready' || lines.length < 2) {
      status.textContent = text.duplicates.missing;
      return;
    }
    progress.removeAttribute('value');
    setBusy(true);
    await answer.ask(
      (signal) => findIn(state, lines, signal),
      (error) => status.replaceChildren(problemLine(error)),
    );
    setBusy(answer.freshness === 'updating');
  };
  const outdate = (note: string): void => {
    const wasBusy = answer.freshness === 'updating';
    answer.outdate();
    if (wasBusy) setBusy(false);
    status.textContent = wasBusy ? note : '';
  };

  list.addEventListener('input', () => outdate(text.job.canceled));
  run.addEventListener('click', () => void start());
  cancel.addEventListener('click', () => outdate(text.job.canceled));
  save.addEventListener('click', () => {
    const rows = groups.flatMap((lines, group) => lines.map((line) => [String(group + 1), line]));
    download('duplicates.tsv', tabsBlob([['group', 'line'], ...rows]));
  });
  startListFile(list);
  warnBeforeLeaving(() => answer.freshness === 'updating');
  store.subscribe(({ kind }) => {
    if (kind !== 'ready') {
      answer.clear();
      status.textContent = '';
      card.hidden = true;
    }
    // A model that goes over to another backend stays ready, and goes on with the list.
    setBusy(answer.freshness === 'updating');
  });
}

/** That some lines are in languages the model does not read. */
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

/** A file's column in place of what stands in the box. */
function startListFile(list: HTMLTextAreaElement): void {
  const choose = find('duplicates-column', HTMLSelectElement);
  const field = find('duplicates-column-field', HTMLElement);
  let file: Table | undefined;
  /** A file that takes longer to read than one that was opened after it is dropped. */
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
