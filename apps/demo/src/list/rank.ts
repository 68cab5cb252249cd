/** One sentence against many, nearest in meaning first. */
import { messageOf } from '@albert-web/errors';
import { debounce, find, make } from '../shared/dom.ts';
import { rankExample } from '../shared/examples.ts';
import { count, duration, percent } from '../shared/format.ts';
import type { Link } from '../shared/link-state.ts';
import type { ModelState, ModelStore } from '../models/model-store.ts';
import { comparesSentences } from '../tasks/task-forms.ts';

/** Milliseconds without a keystroke before the link is brought up to date. */
const typingPause = 300;

/** Starts the panel. */
export function startRank(store: ModelStore, link: Link): void {
  const query = find('rank-query', HTMLTextAreaElement);
  const list = find('rank-list', HTMLTextAreaElement);
  const run = find('rank-run', HTMLButtonElement);
  const status = find('rank-status', HTMLElement);
  const example = { query: rankExample.query, list: rankExample.list.join('\n') };
  const { query: linkedQuery = example.query, list: linkedList = example.list } = link.state;
  query.value ||= linkedQuery;
  list.value ||= linkedList;

  const rank = async (): Promise<void> => {
    const { state } = store;
    const sentence = query.value.trim();
    const others = list.value.split('\n').flatMap((line) => line.trim() || []);
    if (state?.kind !== 'ready' || !sentence || others.length === 0) {
      status.textContent = 'Write a sentence, and at least one to compare it with.';
      return;
    }
    const { model } = state;
    run.disabled = true;
    const started = performance.now();
    try {
      const results = await model.paraphrases(
        others.map((other) => [sentence, other] as const),
        { onProgress: (done, total) => (status.textContent = `${done} of ${total}`) },
      );
      status.textContent = `${count(others.length, 'sentence')} in ${duration(performance.now() - started)}`;
      showRanking(others.map((text, index) => ({ text, probability: results[index]?.probability ?? 0 })));
    } catch (error) {
      status.textContent = store.has(model) ? messageOf(error) : '';
    } finally {
      showReady(store.state);
    }
  };

  const showReady = (state: ModelState | undefined): void => {
    run.disabled = state?.kind !== 'ready' || !comparesSentences(state.info);
  };

  /** The example needs no link. */
  const intoLink = debounce(() => {
    const isExample = query.value === example.query && list.value === example.list;
    link.update(isExample ? { query: undefined, list: undefined } : { query: query.value, list: list.value });
  }, typingPause);

  for (const box of [query, list]) box.addEventListener('input', intoLink);
  link.follow((state) => {
    query.value = state.query ?? query.value;
    list.value = state.list ?? list.value;
  });
  run.addEventListener('click', () => void rank());
  store.subscribe(showReady);
}

interface Ranked {
  readonly text: string;
  readonly probability: number;
}

function showRanking(sentences: readonly Ranked[]): void {
  const ranked = sentences.toSorted((a, b) => b.probability - a.probability);
  find('rank-empty', HTMLElement).hidden = true;
  find('ranking', HTMLElement).replaceChildren(
    ...ranked.map(({ text, probability }) => rankedItem(text, probability, percent(probability))),
  );
}

/** A line of a ranking: text, a bar as long as `share` (0 to 1), a number. */
export function rankedItem(text: string, share: number, number: string): HTMLLIElement {
  const bar = make('span', { className: 'bar' });
  bar.style.setProperty('--share', String(share));
  return make(
    'li',
    { className: share >= 0.5 ? 'same' : 'different' },
    make('span', { className: 'ranked-text' }, text),
    make('span', { className: 'ranked-number' }, number),
    bar,
  );
}
