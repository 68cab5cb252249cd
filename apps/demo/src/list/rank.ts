/** Ranks many sentences by their similarity to one. */
import { maxUnread, verdictOf, visibleText, type ModelInfo, type ParaphraseResult } from 'albert-web';
import type { ModelStore } from '../models/model-store.ts';
import { debounce, download, find } from '../shared/dom.ts';
import { rankExample } from '../shared/examples.ts';
import { duration, languageNames } from '../shared/format.ts';
import type { Link } from '../shared/link-state.ts';
import { linesOf } from '../shared/lines.ts';
import { rankedItem } from '../shared/ranking.ts';
import { noteOn, shortVerdict } from '../shared/short-verdict.ts';
import { tabsBlob } from '../shared/write-table.ts';
import { text } from '../strings/index.ts';
import { startJob } from './list-job.ts';

/** Milliseconds after the last keystroke before the link is updated. */
const typingPause = 300;

/** Number of lines shown until all are requested. */
const shownLines = 50;

interface Ranked {
  readonly sentence: string;
  readonly result: ParaphraseResult;
}

/** Starts the panel. */
export function startRank(store: ModelStore, link: Link): void {
  const show = startRanking();
  const job = startJob('rank', store, rank, () => show([]));
  const { query, list } = startInputs(link, job.invalidate);

  async function rank(): Promise<void> {
    const { state } = store;
    const sentence = visibleText(query.value).trim();
    const others = linesOf(list.value);
    if (state?.kind !== 'ready' || !sentence || others.length === 0) {
      job.status.textContent = text.list.missing;
      return;
    }
    const { model, info } = state;
    job.progress.value = 0;
    await job.run(async (signal) => {
      const started = performance.now();
      const onProgress = (done: number, total: number): void => {
        if (!signal.aborted) job.status.textContent = job.advance(done, total, started);
      };
      const pairs = others.map((other) => [sentence, other] as const);
      const results = await model.paraphrases(pairs, { signal, onProgress, priority: 'bulk' });
      signal.throwIfAborted();
      const [first] = results;
      const isLost = first !== undefined && isUnreadable(first);
      const judged = isLost
        ? []
        : others.flatMap((other, index) => (results[index] ? [{ sentence: other, result: results[index] }] : []));
      show(judged.toSorted((a, b) => rankOf(b) - rankOf(a)));
      const time = duration(performance.now() - started);
      const done = [text.list.done(others.length, time), ...languageWarning(first?.otherLanguages?.[0], info)];
      job.status.textContent = isLost ? text.list.unreadableQuery : done.join('. ');
    });
  }
}

/** Keeps the sentence and the list in sync with the link. @param changed called with a status text if work was running */
function startInputs(
  link: Link,
  changed: (note?: string) => void,
): { readonly query: HTMLTextAreaElement; readonly list: HTMLTextAreaElement } {
  const query = find('rank-query', HTMLTextAreaElement);
  const list = find('rank-list', HTMLTextAreaElement);
  const example = { query: rankExample.query, list: rankExample.list.join('\n') };
  const { query: linkedQuery = example.query, list: linkedList = example.list } = link.state;
  query.value ||= linkedQuery;
  list.value ||= linkedList;

  /** Updates the link. The example is not included. */
  const intoLink = debounce(() => {
    const isExample = query.value === example.query && list.value === example.list;
    link.update(isExample ? { query: undefined, list: undefined } : { query: query.value, list: list.value });
  }, typingPause);
  for (const box of [query, list]) {
    box.addEventListener('input', () => {
      changed();
      intoLink();
    });
  }
  link.follow((state) => {
    if (state.query !== undefined || state.list !== undefined) changed('');
    query.value = state.query ?? query.value;
    list.value = state.list ?? list.value;
  });
  return { query, list };
}

/** Starts the ranked list, and the buttons below it. @returns a function that shows lines */
function startRanking(): (lines: readonly Ranked[]) => void {
  const save = find('rank-download', HTMLButtonElement);
  const all = find('rank-all', HTMLButtonElement);
  let ranked: readonly Ranked[] = [];

  const show = (shown: number): void => {
    all.hidden = ranked.length <= shown;
    all.textContent = text.list.showAll(ranked.length);
    find('rank-empty', HTMLElement).hidden = ranked.length > 0;
    save.hidden = ranked.length === 0;
    find('ranking', HTMLElement).replaceChildren(...ranked.slice(0, shown).map(rankedLine));
  };
  all.addEventListener('click', () => show(ranked.length));
  save.addEventListener('click', () => {
    const rows = ranked.map(({ sentence, result }) =>
      verdictOf(result) === 'unreadable'
        ? [sentence, '', text.table.skipped.unreadable]
        : [sentence, result.probability.toFixed(6), noteOn(result)],
    );
    download('ranking.tsv', tabsBlob([['sentence', 'probability', 'note'], ...rows]));
  });
  return (lines) => {
    ranked = lines;
    show(shownLines);
  };
}

/** Whether the model cannot read the sentence with which all lines are compared. Then no line has a score. */
function isUnreadable({ unknownPieces: [query] }: ParaphraseResult): boolean {
  return query.share > maxUnread;
}

/** Returns a warning if the sentence is in a language that the model does not read. */
function languageWarning(language: string | undefined, { config }: ModelInfo): string[] {
  return language === undefined
    ? []
    : [text.list.otherLanguage(languageNames([language]), languageNames(config.language ?? []))];
}

/** Creates a list item. It names only the line's language; the sentence's own is mentioned once, above the list. */
function rankedLine({ sentence, result }: Ranked): HTMLElement {
  const share = Math.max(rankOf({ result }), 0);
  return rankedItem(sentence, share, shortVerdict(result, result.otherLanguages?.slice(1)), verdictOf(result));
}

/** Returns the sort key of a line. Lines that the model cannot read come last. */
const rankOf = ({ result }: Pick<Ranked, 'result'>): number =>
  verdictOf(result) === 'unreadable' ? -1 : result.probability;
