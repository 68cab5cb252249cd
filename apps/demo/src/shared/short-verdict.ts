/** A verdict in the width of a column. */
import { verdictOf, type ParaphraseResult } from 'albert-web';
import { text } from '../strings/index.ts';
import { languageNames, percent } from './format.ts';

/**
 * The probability, with the language where it is not one the model reads, or that there is nothing to say.
 *
 * @param languages those to name, where not all that the pair has.
 */
export function shortVerdict(
  result: ParaphraseResult,
  languages: readonly (string | undefined)[] = result.otherLanguages ?? [],
): string {
  const { probability } = result;
  switch (verdictOf(result)) {
    case 'unreadable':
      return text.list.unreadable;
    case 'other-language':
      return [percent(probability), ...bracketed(languages)].join(' ');
    case 'same':
    case 'different':
    case 'unsure':
      return percent(probability);
  }
}

function bracketed(languages: readonly (string | undefined)[]): string[] {
  const names = languageNames(languages);
  return names ? [`(${names})`] : [];
}
