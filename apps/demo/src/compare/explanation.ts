/** The card that says what a verdict rests on: a drawing, one honest sentence, and the same as a table. */
import type { ExplainedWord, Explanation, WordLink } from 'albert-web';
import { alignmentDrawing } from './alignment.ts';
import { find, make } from '../shared/dom.ts';
import { duration, percent } from '../shared/format.ts';
import { drawingPlace, shape } from '../shared/svg.ts';

/** Shows an explanation and how long it took, or that there is none yet. */
export type ShowExplanation = (explanation: Explanation | undefined, milliseconds?: number) => void;

/** Prepares the card. */
export function startExplanation(): ShowExplanation {
  const container = find('alignment', HTMLElement);
  const draw = drawingPlace(container);
  const measure = textMeasure(container);
  return (explanation, milliseconds = 0) => {
    find('alignment-table', HTMLElement).hidden = explanation === undefined;
    find('alignment-empty', HTMLElement).hidden = explanation !== undefined;
    find('alignment-note', HTMLElement).textContent = explanation ? noteOf(explanation, milliseconds) : '';
    draw((width) => (explanation ? alignmentDrawing(width, explanation, measure) : shape('svg', { width, height: 1 })));
    const { words = [[], []], links = [] } = explanation ?? {};
    find('alignment-links', HTMLElement).replaceChildren(...links.map((link) => linkRow(link, words)));
    find('alignment-words', HTMLElement).replaceChildren(
      ...words.flatMap((row, side) => row.map((word) => wordRow(word, side))),
    );
  };
}

function noteOf({ links, probability }: Explanation, milliseconds: number): string {
  const found = `Found in ${duration(milliseconds)}.`;
  if (links.length > 0) return found;
  return probability >= 0.5
    ? `No two words count together: the verdict rests on single words, or on the whole. ${found}`
    : `No two words count together: nothing in one sentence answers to anything in the other. ${found}`;
}

function linkRow({ first, second, strength }: WordLink, words: Explanation['words']): HTMLElement {
  return make(
    'tr',
    {},
    make('td', {}, words[0][first]?.text ?? ''),
    make('td', {}, words[1][second]?.text ?? ''),
    make('td', { className: 'number' }, strength.toFixed(2)),
  );
}

function wordRow({ text, without, influence }: ExplainedWord, side: number): HTMLElement {
  return make(
    'tr',
    {},
    make('td', {}, text),
    make('td', {}, side === 0 ? 'first' : 'second'),
    make('td', { className: 'number' }, percent(without)),
    make('td', { className: 'number' }, influence.toFixed(2)),
  );
}

/** Measures words without laying the page out. */
function textMeasure(container: HTMLElement): (text: string) => number {
  const context = make('canvas').getContext('2d');
  const { fontFamily } = getComputedStyle(container);
  if (context) context.font = `16px ${fontFamily}`;
  return (text) => context?.measureText(text).width ?? 9 * text.length;
}
