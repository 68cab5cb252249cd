/** A verdict in the width of a column. */
import { verdictOf, type ParaphraseResult } from 'albert-web';
import { text } from '../strings/index.ts';
import { languageNames, percent } from './format.ts';

/** The probability, with the language where it is not one the model reads, or that there is nothing to say. */
export function shortVerdict(result: ParaphraseResult): string {
  const { probability, otherLanguages = [] } = result;
  switch (verdictOf(result)) {
    case 'unreadable':
      return text.list.unreadable;
    case 'other-language':
      return `${percent(probability)} (${languageNames(otherLanguages)})`;
    case 'same':
    case 'different':
    case 'unsure':
      return percent(probability);
  }
}
