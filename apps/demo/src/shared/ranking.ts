/** Shows results as a list of lines with bars. */
import type { Verdict } from 'albert-web';
import { make } from './dom.ts';

/** Creates a list item: text, a bar of length `share` (0 to 1) in the color of `kind`, a number. */
export function rankedItem(
  text: string,
  share: number,
  number: string,
  kind: Verdict = share >= 0.5 ? 'same' : 'different',
): HTMLLIElement {
  const bar = make('span', { className: 'bar' });
  bar.style.setProperty('--share', String(share));
  return make(
    'li',
    { className: kind },
    make('span', { className: 'ranked-text', dir: 'auto' }, text),
    make('span', { className: 'ranked-number' }, number),
    bar,
  );
}
