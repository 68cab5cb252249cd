/** N-gram masking (paper, section 4.1; `create_pretraining_data.py`, `create_masked_lm_predictions`). */
import type { SpecialIds } from '@albert-web/tokenizer';
import type { RandomStream } from '../random.ts';

/** The original's flags. */
export interface MaskingOptions {
  /** Fraction of tokens to mask. */
  readonly maskedLmProb: number;
  readonly maxPredictions: number;
  /** Maximum words of a masked span. The probability of a length is proportional to 1 / length. */
  readonly ngram: number;
  /** If false, the probability is proportional to the length instead. */
  readonly favorShorter: boolean;
  readonly wholeWord: boolean;
}

/** A sequence with some tokens replaced, and the original tokens. */
export interface MaskedSequence {
  readonly ids: readonly number[];
  /** Ascending. */
  readonly positions: readonly number[];
  readonly labels: readonly number[];
}

/** The properties of the vocabulary that masking needs. */
export interface MaskingVocabulary {
  readonly special: SpecialIds;
  readonly size: number;
  /** Whether a piece begins a word. */
  readonly startsWord: (id: number) => boolean;
}

/**
 * Masks spans of whole words. Of the chosen tokens, 80% become `[MASK]`, 10% a random token, and 10% are kept. `[CLS]` and `[SEP]`
 * are never chosen.
 */
export function maskSequence(
  ids: readonly number[],
  { special, size, startsWord }: MaskingVocabulary,
  options: MaskingOptions,
  random: RandomStream,
): MaskedSequence {
  const words = groupWords(ids, special, options.wholeWord ? startsWord : () => true);
  const budget = Math.min(options.maxPredictions, Math.max(1, Math.round(ids.length * options.maskedLmProb)));
  const masked = [...ids];
  const chosen = new Set<number>();
  for (const first of options.maskedLmProb === 0 ? [] : random.shuffle([...words.keys()])) {
    if (chosen.size >= budget) break;
    const span = pickSpan(words, first, budget - chosen.size, options, random);
    if (!span || span.some((position) => chosen.has(position))) continue;
    for (const position of span) {
      chosen.add(position);
      masked[position] = replacement(ids[position] ?? 0, special.mask, size, random);
    }
  }
  const positions = [...chosen].sort((a, b) => a - b);
  return { ids: masked, positions, labels: positions.map((position) => ids[position] ?? 0) };
}

/** Returns the positions of each word. */
function groupWords(ids: readonly number[], { cls, sep }: SpecialIds, startsWord: (id: number) => boolean): number[][] {
  const words: number[][] = [];
  ids.forEach((id, position) => {
    if (id === cls || id === sep) return;
    const last = words.at(-1);
    if (last && !startsWord(id)) last.push(position);
    else words.push([position]);
  });
  return words;
}

/** Picks the positions of one to `ngram` words starting at `first`, limited by the budget; undefined if nothing fits. */
function pickSpan(
  words: readonly (readonly number[])[],
  first: number,
  budget: number,
  { ngram, favorShorter }: MaskingOptions,
  random: RandomStream,
): number[] | undefined {
  const longest = Math.min(ngram, words.length - first);
  const weights = Array.from({ length: longest }, (_, index) => (favorShorter ? 1 / (index + 1) : 1 / (ngram - index)));
  for (let length = pickIndex(weights, random) + 1; length >= 1; length--) {
    const span = words.slice(first, first + length).flat();
    if (span.length <= budget) return span;
  }
  return undefined;
}

/** Picks an index with probability proportional to its weight. */
function pickIndex(weights: readonly number[], random: RandomStream): number {
  let rest = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  const index = weights.findIndex((weight) => (rest -= weight) < 0);
  return index < 0 ? weights.length - 1 : index;
}

function replacement(id: number, mask: number, vocabulary: number, random: RandomStream): number {
  if (random.uniform() < 0.8) return mask;
  return random.uniform() < 0.5 ? id : random.integer(0, vocabulary - 1);
}
