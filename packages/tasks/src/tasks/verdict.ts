/** Turns a result into the verdict to show to people. */
import { checkArgument, type Rule } from '@albert-web/errors';
import type { ParaphraseResult } from './paraphrase.ts';

/** The share of a sentence in unknown pieces above which a verdict says nothing about the sentence. */
export const maxUnread = 0.5;

/**
 * `unreadable`: most of a sentence consists of characters that the model does not know, or the two sentences differ only in
 * such characters. `other-language`: a sentence is in a language that the model does not read. `unsure`: hardly better than
 * a guess.
 */
export type Verdict = 'same' | 'different' | 'unsure' | 'unreadable' | 'other-language';

/** The parts of a result that a verdict depends on. */
export type VerdictInput = Pick<
  ParaphraseResult,
  'paraphrase' | 'unsure' | 'tokens' | 'unknownPieces' | 'otherLanguages'
>;

const verdictInput: Rule = {
  expected: 'the result of paraphrase(), or one of those of paraphrases()',
  accepts: (value) => typeof value === 'object' && value !== null && 'tokens' in value && 'unknownPieces' in value,
};

/**
 * Returns the verdict to show: `unreadable`, `other-language` or `unsure`, whichever holds first, or else the model's.
 *
 * @throws InvalidArgumentError for anything but a result, such as a promise of one
 */
export function verdictOf(result: VerdictInput): Verdict {
  checkArgument('result', result, verdictInput);
  if (result.unknownPieces.some(({ share }) => share > maxUnread) || differUnread(result)) return 'unreadable';
  if (result.otherLanguages) return 'other-language';
  if (result.unsure) return 'unsure';
  return result.paraphrase ? 'same' : 'different';
}

/** Whether the sentences differ, but only in unknown pieces: to the model they are the same. */
function differUnread({ tokens, unknownPieces }: Pick<ParaphraseResult, 'tokens' | 'unknownPieces'>): boolean {
  const [first, second] = tokens;
  const unknown = unknownPieces.map(({ places }) => new Set(places));
  const differences = first.flatMap((token, place) => (token === second[place] ? [] : [place]));
  return (
    first.length === second.length &&
    differences.length > 0 &&
    differences.every((place) => unknown.every((places) => places.has(place)))
  );
}
