/** A verdict in the width of a column, and what there is to say of it. */
import { verdictOf, type ParaphraseResult } from 'albert-web';
import { text } from '../strings/index.ts';
import { languageNames, percent } from './format.ts';

/**
 * The probability, with the language where it is not one the model reads, and that of a long text only the beginning counts; or that
 * there is nothing to say.
 *
 * @param languages those to name, where not all that the pair has.
 */
export function shortVerdict(
  result: ParaphraseResult,
  languages: readonly (string | undefined)[] = result.otherLanguages ?? [],
): string {
  const { probability, truncated } = result;
  const cut = truncated ? text.list.cut : '';
  switch (verdictOf(result)) {
    case 'unreadable':
      return text.list.unreadable;
    case 'other-language':
      return [percent(probability), ...bracketed(languageNames(languages), cut)].join(' ');
    case 'same':
    case 'different':
    case 'unsure':
      return [percent(probability), ...bracketed(cut)].join(' ');
  }
}

/** What keeps a verdict from being taken at its word, for a column beside it; empty where nothing does. */
export function noteOn({ otherLanguages, unsure, truncated }: ParaphraseResult): string {
  const doubt = otherLanguages
    ? text.table.otherLanguage(languageNames(otherLanguages))
    : unsure
      ? text.table.unsure
      : '';
  return [doubt, truncated ? text.table.cut : ''].filter(Boolean).join('; ');
}

function bracketed(...remarks: readonly string[]): string[] {
  const said = remarks.filter(Boolean);
  return said.length > 0 ? [`(${said.join(', ')})`] : [];
}
