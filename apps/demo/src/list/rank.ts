/** One sentence against many, nearest in meaning first. */
import { maxUnread, verdictOf, visibleText, type ModelInfo, type ParaphraseResult } from 'albert-web';
import type { ModelStore } from '../models/model-store.ts';
import { Answer } from '../shared/answer.ts';
import { debounce, download, find } from '../shared/dom.ts';
import { rankExample } from '../shared/examples.ts';
import { duration, languageNames, timeLeft } from '../shared/format.ts';
import type { Link } from '../shared/link-state.ts';
import { warnBeforeLeaving } from '../shared/leaving.ts';
import { linesOf } from '../shared/lines.ts';
import { problemLine } from '../shared/problem.ts';
import { rankedItem } from '../shared/ranking.ts';
import { noteOn, shortVerdict } from '../shared/short-verdict.ts';
import { tabsBlob } from '../shared/write-table.ts';
import { text } from '../strings/index.ts';
import { comparesSentences } from '../tasks/task-forms.ts';

/** Milliseconds without a keystroke before the link is brought up to date. */
const typingPause = 300;

/** Lines shown unless all are asked for. */
const shownLines = 50;

interface Ranked {
  readonly sentence: string;
  readonly result: ParaphraseResult;
}

/** Starts the panel. */
export function startRank(store: ModelStore, link: Link): void {
  const query = find('rank-query', HTMLTextAreaElement);
  const list = find('rank-list', HTMLTextAreaElement);
  const run = find('rank-run', HTMLButtonElement);
  const cancel = find('rank-cancel', HTMLButtonElement);
  const status = find('rank-status', HTMLElement);
  const progress = find('rank-progress', HTMLProgressElement);
  const save = find('rank-download', HTMLButtonElement);
  const all = find('rank-all', HTMLButtonElement);
  const example = { query: rankExample.query, list: rankExample.list.join('\n') };
  const { query: linkedQuery = example.query, list: linkedList = example.list } = link.state;
  query.value ||= linkedQuery;
  list.value ||= linkedList;
  let ranked: readonly Ranked[] = [];

  const show = (shown: number): void => {
    all.hidden = ranked.length <= shown;
    all.textContent = text.list.showAll(ranked.length);
    find('rank-empty', HTMLElement).hidden = ranked.length > 0;
    save.hidden = ranked.length === 0;
    find('ranking', HTMLElement).replaceChildren(...ranked.slice(0, shown).map(rankedLine));
  };
  const answer = new Answer([find('rank-answer', HTMLElement)], () => {
    ranked = [];
    show(shownLines);
  });

  const rank = async (): Promise<void> => {
    const { state } = store;
    const sentence = visibleText(query.value).trim();
    const others = linesOf(list.value);
    if (state?.kind !== 'ready' || !sentence || others.length === 0) {
      status.textContent = text.list.missing;
      return;
    }
    const { model } = state;
    progress.value = 0;
    setBusy(true);
    const started = performance.now();
    await answer.ask(
      async (signal) => {
        const onProgress = (done: number, total: number): void => {
          if (signal.aborted) return;
          progress.value = done / total;
          status.textContent = text.job.progress(done, total, timeLeft(done, total, performance.now() - started));
        };
        const pairs = others.map((other) => [sentence, other] as const);
        const results = await model.paraphrases(pairs, { signal, onProgress, priority: 'bulk' });
        signal.throwIfAborted();
        const [first] = results;
        const isLost = first !== undefined && isUnreadable(first);
        const judged = isLost
          ? []
          : others.flatMap((other, index) => (results[index] ? [{ sentence: other, result: results[index] }] : []));
        ranked = judged.toSorted((a, b) => rankOf(b) - rankOf(a));
        show(shownLines);
        const time = duration(performance.now() - started);
        const done = [text.list.done(others.length, time), ...languageWarning(first?.otherLanguages?.[0], state.info)];
        status.textContent = isLost ? text.list.unreadableQuery : done.join('. ');
      },
      (error) => status.replaceChildren(problemLine(error)),
    );
    setBusy(answer.freshness === 'updating');
  };

  const setBusy = (busy: boolean): void => {
    const { state } = store;
    run.hidden = busy;
    cancel.hidden = progress.hidden = !busy;
    run.disabled = state?.kind !== 'ready' || !comparesSentences(state.info);
  };

  /** What is shown is no answer to what is written now. */
  const outdate = (note: string): void => {
    const wasBusy = answer.freshness === 'updating';
    answer.outdate();
    if (wasBusy) setBusy(false);
    status.textContent = wasBusy ? note : '';
  };

  /** The example needs no link. */
  const intoLink = debounce(() => {
    const isExample = query.value === example.query && list.value === example.list;
    link.update(isExample ? { query: undefined, list: undefined } : { query: query.value, list: list.value });
  }, typingPause);

  for (const box of [query, list]) {
    box.addEventListener('input', () => {
      outdate(text.job.canceled);
      intoLink();
    });
  }
  link.follow((state) => {
    if (state.query !== undefined || state.list !== undefined) outdate('');
    query.value = state.query ?? query.value;
    list.value = state.list ?? list.value;
  });
  run.addEventListener('click', () => void rank());
  cancel.addEventListener('click', () => outdate(text.job.canceled));
  all.addEventListener('click', () => show(ranked.length));
  save.addEventListener('click', () => {
    const rows = ranked.map(({ sentence, result }) =>
      verdictOf(result) === 'unreadable'
        ? [sentence, '', text.table.skipped.unreadable]
        : [sentence, result.probability.toFixed(6), noteOn(result)],
    );
    download('ranking.tsv', tabsBlob([['sentence', 'probability', 'note'], ...rows]));
  });
  warnBeforeLeaving(() => answer.freshness === 'updating');
  let isLoading = false;
  store.subscribe(({ kind }) => {
    if (kind !== 'ready') answer.clear();
    if (kind !== 'ready' || isLoading) status.textContent = kind === 'loading' ? text.compare.loading : '';
    isLoading = kind === 'loading';
    // A model that goes over to another backend stays ready, and goes on with the list.
    setBusy(answer.freshness === 'updating');
  });
}

/** Whether the model cannot read the sentence that all lines are compared with: of no line there is something to say then. */
function isUnreadable({ unknownPieces: [query] }: ParaphraseResult): boolean {
  return query.share > maxUnread;
}

/** That the sentence is in a language the model does not read. */
function languageWarning(language: string | undefined, { config }: ModelInfo): string[] {
  return language === undefined
    ? []
    : [text.list.otherLanguage(languageNames([language]), languageNames(config.language ?? []))];
}

/** Of the languages only that of the line: the sentence's own is said once. */
function rankedLine({ sentence, result }: Ranked): HTMLElement {
  const share = Math.max(rankOf({ result }), 0);
  return rankedItem(sentence, share, shortVerdict(result, result.otherLanguages?.slice(1)), verdictOf(result));
}

/** What the model cannot read comes last. */
const rankOf = ({ result }: Pick<Ranked, 'result'>): number =>
  verdictOf(result) === 'unreadable' ? -1 : result.probability;
