/** Finds the most similar pairs of a list by their embeddings. */
import { finite, listOf, text, whole, type Rules } from '@albert-web/errors';
import { sigmoid } from '@albert-web/core';
import { createYielder } from '../engine/yielder.ts';
import { unknownPieces } from '@albert-web/tokenizer';
import type { ManyOptions, Session } from '../engine/session.ts';
import { toUnitLength } from '../engine/vectors.ts';
import type { Calibration } from '../tasks/calibration.ts';
import { maxUnread } from '../tasks/verdict.ts';
import { BestOf, dot } from './vector-index.ts';
import { manyOptions, type Signature } from '../signatures.ts';

/** Options of `minePairs`. */
export interface MineOptions extends ManyOptions {
  /** Number of nearest neighbors considered for each text. Default 100. */
  readonly topK?: number | undefined;
  /** Maximum number of pairs, most similar first. Default 500,000. */
  readonly maxPairs?: number | undefined;
  /** Pairs with a smaller cosine are left out. Default -1: none are. */
  readonly minSimilarity?: number | undefined;
}

/** The signature of `minePairs`. */
export const minePairsSignature: Signature<'texts'> = {
  arguments: { texts: listOf(text) },
  options: {
    ...manyOptions,
    topK: whole(1),
    maxPairs: whole(1),
    minSimilarity: finite(-1, 1),
  } satisfies Rules<Required<MineOptions>>,
};

/** Two texts of a list, by their indices; `first` is the smaller. */
export interface MinedPair {
  readonly first: number;
  readonly second: number;
  /** Cosine of their embeddings, from -1 to 1. */
  readonly similarity: number;
  /** Probability that they mean the same, from the encoder's calibration. */
  readonly probability: number;
}

/**
 * Finds pairs in which one text is among the `topK` nearest neighbors of the other, most similar first.
 *
 * Source: `paraphrase_mining_embeddings` of sentence-transformers. Here each pair is returned once, and counted once.
 */
export async function minePairs(
  vectors: readonly Float32Array[],
  { scale, bias }: Calibration,
  { topK = 100, maxPairs = 500_000, minSimilarity = -1, signal }: MineOptions = {},
): Promise<MinedPair[]> {
  const units = vectors.map(toUnitLength);
  const neighbors = units.map(() => new BestOf<number>(topK));
  const yieldIfDue = createYielder();
  for (const [first, vector] of units.entries()) {
    for (let second = first + 1; second < units.length; second++) {
      const similarity = dot(vector, units[second] ?? vector);
      if (similarity < minSimilarity) continue;
      neighbors[first]?.offer(second, similarity);
      neighbors[second]?.offer(first, similarity);
    }
    await yieldIfDue();
    signal?.throwIfAborted();
  }
  const pairs = new Map<number, MinedPair>();
  neighbors.forEach((best, index) => {
    for (const { item, score } of best.list()) {
      const [first, second] = index < item ? [index, item] : [item, index];
      const probability = sigmoid(scale * score + bias);
      pairs.set(first * units.length + second, { first, second, similarity: score, probability });
    }
  });
  return [...pairs.values()].sort((a, b) => b.similarity - a.similarity).slice(0, maxPairs);
}

/** Returns which texts a model can read: those with at most half of their characters in unknown pieces. */
export function readableTexts(session: Session, texts: readonly string[]): boolean[] {
  const { unk } = session.tokenizer.special;
  return session.tokenize(texts).map((encoding) => unknownPieces(encoding, unk, 0).share <= maxUnread);
}
