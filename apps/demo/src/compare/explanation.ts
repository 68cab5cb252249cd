/** The card that explains a verdict: a drawing, one sentence, and the same information as a table. */
import type { ExplainedWord, Explanation, WordLink } from 'albert-web';
import { find, make } from '../shared/dom.ts';
import { decimal, duration, percent } from '../shared/format.ts';
import { drawingPlace, shape } from '../shared/svg.ts';
import { text } from '../strings/index.ts';
import { alignmentDrawing, runsFromRight } from './alignment.ts';
import { heatMarked } from './heat-text.ts';

/** Maximum number of words, in both sentences together, for an automatic explanation. */
export const maxAutoExplainedWords = 40;

/** Counts the words of two sentences. */
export function wordsIn(sentences: readonly string[]): number {
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
  const segments = sentences.flatMap((sentence) => Array.from(segmenter.segment(sentence)));
  // Does not use `isWordLike`, which is false for numbers in WebKit.
  return segments.filter(({ segment }) => /[\p{L}\p{N}]/u.test(segment)).length;
}

/** The explanation card. */
export interface ExplanationCard {
  /** Shows an explanation of `pair` and how long it took. */
  show(pair: readonly [string, string], explanation: Explanation, milliseconds: number): void;
  /** Shows that there is no explanation, because there is no verdict. */
  clear(): void;
  /** Shows that there is a verdict, whose explanation is still being computed. */
  wait(): void;
  /** Offers to explain a long pair, with a way to cancel. */
  offer(words: number, explain: (canceled: AbortSignal) => Promise<void>): void;
  /** Shows the progress, from 0 to 1. */
  progress(share: number): void;
}

/** Prepares the card. */
export function startExplanation(): ExplanationCard {
  const container = find('alignment', HTMLElement);
  const empty = find('alignment-empty', HTMLElement);
  const marked = find('alignment-text', HTMLElement);
  const more = find('explain-more', HTMLElement);
  const run = find('explain-run', HTMLButtonElement);
  const cancel = find('explain-cancel', HTMLButtonElement);
  const progress = find('explain-progress', HTMLProgressElement);
  const draw = drawingPlace(container);
  const measure = textMeasure(container);
  let explain = (_canceled: AbortSignal): Promise<void> => Promise.resolve();
  let running = new AbortController();
  const setBusy = (busy: boolean): void => {
    run.hidden = busy;
    cancel.hidden = progress.hidden = !busy;
    progress.value = 0;
  };
  run.addEventListener('click', () => {
    running = new AbortController();
    setBusy(true);
    cancel.focus();
    void explain(running.signal);
  });
  cancel.addEventListener('click', () => {
    running.abort();
    setBusy(false);
    run.focus();
  });

  const fill = (explanation: Explanation | undefined): void => {
    const { words = [[], []], links = [] } = explanation ?? {};
    find('alignment-table', HTMLElement).hidden = explanation === undefined;
    empty.hidden = explanation !== undefined;
    find('alignment-links', HTMLElement).replaceChildren(...links.map((link) => linkRow(link, words)));
    find('alignment-words', HTMLElement).replaceChildren(
      ...words.flatMap((row, side) => row.map((word) => wordRow(word, side))),
    );
  };

  return {
    show(pair, explanation, milliseconds) {
      const isLong = wordsIn(pair) > maxAutoExplainedWords;
      more.hidden = true;
      container.hidden = isLong;
      marked.hidden = !isLong;
      fill(explanation);
      find('explain-hint', HTMLElement).textContent = isLong ? text.explain.hintOnPhrases : text.explain.hint;
      find('alignment-note', HTMLElement).textContent = noteOf(explanation, milliseconds);
      if (isLong) {
        marked.replaceChildren(...pair.map((sentence, side) => heatMarked(sentence, explanation.words[side])));
      } else {
        const firstOnRight = pair.some(runsFromRight) || getComputedStyle(container).direction === 'rtl';
        draw((width) => alignmentDrawing(width, explanation, measure, firstOnRight));
      }
    },
    clear() {
      more.hidden = marked.hidden = true;
      container.hidden = false;
      fill(undefined);
      empty.textContent = text.explain.empty;
      find('alignment-note', HTMLElement).textContent = '';
      draw((width) => shape('svg', { width, height: 1 }));
    },
    wait() {
      empty.textContent = text.explain.running;
    },
    offer(words, task) {
      this.clear();
      empty.hidden = true;
      more.hidden = false;
      setBusy(false);
      find('explain-cost', HTMLElement).textContent = text.explain.cost(words);
      explain = task;
    },
    progress(share) {
      progress.value = share;
    },
  };
}

function noteOf({ links, probability }: Explanation, milliseconds: number): string {
  const found = text.explain.found(duration(milliseconds));
  if (links.length > 0) return found;
  return `${probability >= 0.5 ? text.explain.noLinks : text.explain.noMatch} ${found}`;
}

function linkRow({ first, second, strength }: WordLink, words: Explanation['words']): HTMLElement {
  return make(
    'tr',
    {},
    make('td', {}, words[0][first]?.text ?? ''),
    make('td', {}, words[1][second]?.text ?? ''),
    make('td', { className: 'number' }, decimal(strength, 2)),
  );
}

function wordRow({ text: word, without, influence }: ExplainedWord, side: number): HTMLElement {
  return make(
    'tr',
    {},
    make('td', {}, word),
    make('td', {}, side === 0 ? text.explain.inFirst : text.explain.inSecond),
    make('td', { className: 'number' }, percent(without)),
    make('td', { className: 'number' }, decimal(influence, 2)),
  );
}

/** Returns a function that measures words without causing a layout of the page. */
function textMeasure(container: HTMLElement): (word: string) => number {
  const context = make('canvas').getContext('2d');
  const { fontFamily } = getComputedStyle(container);
  if (context) context.font = `16px ${fontFamily}`;
  return (word) => context?.measureText(word).width ?? 9 * word.length;
}
