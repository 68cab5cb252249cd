/** Marks influential phrases in a long text, for which a drawing of its words would not fit on a screen. */
import type { ExplainedWord } from 'albert-web';
import { make } from '../shared/dom.ts';
import { percent } from '../shared/format.ts';

/** Log-odds that are marked with full intensity, as in the drawing. */
const strong = 2;

/** Creates a paragraph with the words of `sentence`, on backgrounds as intense as their influence. */
export function heatMarked(sentence: string, words: readonly ExplainedWord[] = []): HTMLElement {
  const most = Math.max(strong, ...words.map(({ influence }) => Math.abs(influence)));
  const paragraph = make('p', { className: 'heat', dir: 'auto' });
  let done = 0;
  for (const { start, end, influence, without } of words) {
    const mark = make('mark', { title: percent(without) }, sentence.slice(start, end));
    mark.dataset['kind'] = influence >= 0 ? 'same' : 'different';
    mark.style.setProperty('--share', Math.min(1, Math.abs(influence) / most).toFixed(2));
    paragraph.append(sentence.slice(done, start), mark);
    done = end;
  }
  paragraph.append(sentence.slice(done));
  return paragraph;
}
