/** Formats a verdict for a column, and notes on it. */
import { verdictOf, type ParaphraseResult } from 'albert-web';
import { text } from '../strings/index.ts';
import { languageNames, percent } from './format.ts';

/**
 * Returns the probability, with the language if the model does not read it, and a note if only the beginning of a long text was
 * read; or a text that there is no verdict.
 *
 * @param languages languages to name; default: all that the model does not read
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

/** Returns the reasons for doubting a verdict, for a column beside it; empty if there are none. */
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
