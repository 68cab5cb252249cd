/** Draws which words belong together: the two sentences, with lines between words. Each is a row if both fit, else a column. */
import type { ExplainedWord, Explanation } from 'albert-web';
import { percent } from '../shared/format.ts';
import { shape } from '../shared/svg.ts';
import { text } from '../strings/index.ts';

const fontSize = 16;
/** Gaps in pixels: between the words of a row, and between the lines of a column. */
const gap = { across: 14, down: 32 };
const height = 168;
/** Log-odds drawn at full width, even if all are weaker, so that weak links do not look strong. */
const strong = 2;

/** The position of a word, and the point where its lines end. */
interface Place {
  readonly word: ExplainedWord;
  readonly left: number;
  readonly width: number;
  /** Vertical position of the text's baseline. */
  readonly baseline: number;
  readonly end: readonly [x: number, y: number];
}

type Places = readonly [readonly Place[], readonly Place[]];

/**
 * Creates the drawing, `width` pixels wide.
 *
 * @param measure returns the width of a word in pixels, at a font size of 16 pixels
 * @param firstOnRight whether the first sentence is the right column, for right-to-left pages
 */
export function alignmentDrawing(
  width: number,
  { words, links }: Pick<Explanation, 'words' | 'links'>,
  measure: (text: string) => number,
  firstOnRight: boolean,
): SVGElement {
  const rows = words.map((row) => row.map((word) => ({ word, width: measure(word.text) })));
  const fits = rows.every((row) => row.reduce((sum, word) => sum + word.width + gap.across, 0) <= width);
  const [first = [], second = []] = rows;
  const across = fits || width === 0;
  const places: Places = across
    ? [acrossAt(first, width, 22, 34), acrossAt(second, width, height - 16, height - 38)]
    : firstOnRight
      ? [downAt(first, width * 0.64, 'start'), downAt(second, width * 0.36, 'end')]
      : [downAt(first, width * 0.36, 'end'), downAt(second, width * 0.64, 'start')];
  const tall = across ? height : gap.down * Math.max(first.length, second.length, 3) + 8;
  const svg = shape('svg', {
    viewBox: `0 0 ${width} ${tall}`,
    height: tall,
    role: 'img',
    'aria-label': summaryOf({ words, links }),
  });
  const most = Math.max(strong, ...links.map(({ strength }) => strength));
  for (const { first, second, strength } of links.toReversed()) {
    const [from, to] = [places[0][first], places[1][second]];
    if (from && to) svg.append(linkBetween(from, to, strength / most, across, `${first} ${second}`));
  }
  const weightiest = Math.max(strong, ...words.flat().map(({ influence }) => Math.abs(influence)));
  places.forEach((row, side) => {
    row.forEach((place, index) => svg.append(wordAt(place, place.word.influence / weightiest, `${side} ${index}`)));
  });
  highlightOnHover(svg);
  return svg;
}

interface Sized {
  readonly word: ExplainedWord;
  readonly width: number;
}

/** Whether a text is in Hebrew or Arabic script. */
export function runsFromRight(text: string): boolean {
  return /[\p{Script=Hebrew}\p{Script=Arabic}]/u.test(text);
}

/** Places a sentence as a centered line of text. */
function acrossAt(row: readonly Sized[], width: number, baseline: number, end: number): Place[] {
  const total = row.reduce((sum, word) => sum + word.width, gap.across * Math.max(row.length - 1, 0));
  const isRightToLeft = row.some(({ word }) => runsFromRight(word.text));
  let done = (width - total) / 2;
  return row.map(({ word, width: wide }) => {
    const left = isRightToLeft ? width - done - wide : done;
    done += wide + gap.across;
    return { word, left, width: wide, baseline, end: [left + wide / 2, end] as const };
  });
}

/** Places a sentence as a column. Lines end at its inner edge, `x`. */
function downAt(row: readonly Sized[], x: number, anchor: 'start' | 'end'): Place[] {
  return row.map(({ word, width }, index) => {
    const baseline = 20 + index * gap.down;
    const left = anchor === 'start' ? x + 8 : x - 8 - width;
    return { word, left, width, baseline, end: [x, baseline - 5] as const };
  });
}

function linkBetween(from: Place, to: Place, share: number, across: boolean, name: string): SVGElement {
  const [x1, y1] = from.end;
  const [x2, y2] = to.end;
  const [middleX, middleY] = [(x1 + x2) / 2, (y1 + y2) / 2];
  const bend = across ? `${x1} ${middleY} ${x2} ${middleY}` : `${middleX} ${y1} ${middleX} ${y2}`;
  const strength = { 'stroke-width': 1 + 5 * share, 'stroke-opacity': 0.25 + 0.75 * share };
  return shape('path', { class: 'link', d: `M ${x1} ${y1} C ${bend} ${x2} ${y2}`, 'data-link': name, ...strength });
}

function wordAt({ word, left, width, baseline }: Place, share: number, name: string): SVGElement {
  const thickness = Math.round(60 * Math.abs(share)) / 10;
  const y = baseline + 5 + thickness / 2;
  const under = { x1: left, x2: left + width, y1: y, y2: y, 'stroke-width': thickness };
  return shape(
    'g',
    { class: 'word', 'data-word': name },
    shape('text', { x: left, y: baseline, 'font-size': fontSize }, word.text),
    shape('line', { ...under, class: share >= 0 ? 'for' : 'against' }),
    shape('title', {}, text.explain.without(word.text, percent(word.without))),
  );
}

/** When a word is hovered, shows only its own lines. The table contains the same information. */
function highlightOnHover(svg: SVGElement): void {
  const links = Array.from(svg.querySelectorAll<SVGElement>('.link'));
  const dim = (word: string | undefined): void => {
    const [side, index] = word?.split(' ') ?? [];
    for (const link of links) {
      const ends = link.dataset['link']?.split(' ') ?? [];
      link.classList.toggle('dim', side !== undefined && ends[Number(side)] !== index);
    }
  };
  svg.addEventListener('pointerover', ({ target }) => {
    dim(target instanceof Element ? target.closest<SVGElement>('.word')?.dataset['word'] : undefined);
  });
  svg.addEventListener('pointerleave', () => dim(undefined));
}

/** Describes the drawing in words: the strongest links, and where the others are listed. */
export function summaryOf({ words, links }: Pick<Explanation, 'words' | 'links'>): string {
  if (links.length === 0) return text.explain.emptySummary;
  const named = links
    .slice(0, 5)
    .map(({ first, second }) => [words[0][first]?.text ?? '', words[1][second]?.text ?? ''] as const);
  return text.explain.summary(named, links.length - named.length);
}
