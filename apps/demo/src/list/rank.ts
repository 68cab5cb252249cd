/** One sentence against many, nearest in meaning first. */
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
  const show = startRanking();
  const job = startJob('rank', store, rank, () => show([]));
  const { query, list } = startInputs(link, job.outdate);

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
    await job.ask(async (signal) => {
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

/** The sentence and its list, as in the link, and kept there. @param changed told what to say of work that was going on. */
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

  /** The example needs no link. */
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

/** The lines in their order, and the buttons under them. @returns what shows other lines. */
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
