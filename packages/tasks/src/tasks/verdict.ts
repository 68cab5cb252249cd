/** What a verdict on a pair comes to, for people. */
import type { ParaphraseResult } from './paraphrase.ts';

/** Share of a sentence in unknown pieces above which a verdict says nothing about the sentence. */
export const maxUnread = 0.5;

/**
 * `unreadable`: most of a sentence is characters the model does not know. `other-language`: a sentence is in a language that the
 * model's card does not list. `unsure`: hardly better than a guess.
 */
export type Verdict = 'same' | 'different' | 'unsure' | 'unreadable' | 'other-language';

/** The verdict to show: the first of these that holds, in the order `unreadable`, `other-language`, `unsure`, then the answer itself. */
export function verdictOf({
  paraphrase,
  unsure,
  unknownPieces,
  otherLanguages,
}: Pick<ParaphraseResult, 'paraphrase' | 'unsure' | 'unknownPieces' | 'otherLanguages'>): Verdict {
  if (unknownPieces.some(({ share }) => share > maxUnread)) return 'unreadable';
  if (otherLanguages) return 'other-language';
  if (unsure) return 'unsure';
  return paraphrase ? 'same' : 'different';
}
