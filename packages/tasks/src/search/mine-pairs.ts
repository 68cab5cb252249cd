/** The pairs of a list that are most alike, by their embeddings. */
import { finite, listOf, text, whole, type Rules } from '@albert-web/errors';
import { sigmoid } from '@albert-web/core';
import { breather } from '../engine/breather.ts';
import { unknownPieces } from '@albert-web/tokenizer';
import type { ManyOptions, Session } from '../engine/session.ts';
import { toUnitLength } from '../engine/vectors.ts';
import type { Calibration } from '../tasks/calibration.ts';
import { maxUnread } from '../tasks/verdict.ts';
import { BestOf, dot } from './vector-index.ts';
import { manyOptions, type Signature } from '../signatures.ts';

/** Which pairs are given. */
export interface MineOptions extends ManyOptions {
  /** Neighbors of each text that are looked at. Default 100. */
  readonly topK?: number | undefined;
  /** Most pairs, best first. Default 500,000. */
  readonly maxPairs?: number | undefined;
  /** Pairs below this cosine are left out. Default -1: none. */
  readonly minSimilarity?: number | undefined;
}

/** What `minePairs` takes. */
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
  /** That they mean the same, by the calibration of the encoder. */
  readonly probability: number;
}

/**
 * Pairs of which one is among the `topK` neighbors of the other, most alike first.
 *
 * Source: `paraphrase_mining_embeddings` of sentence-transformers; each pair is given once, and counted once.
 */
export async function minePairs(
  vectors: readonly Float32Array[],
  { scale, bias }: Calibration,
  { topK = 100, maxPairs = 500_000, minSimilarity = -1, signal }: MineOptions = {},
): Promise<MinedPair[]> {
  const units = vectors.map(toUnitLength);
  const neighbors = units.map(() => new BestOf<number>(topK));
  const breathe = breather();
  for (const [first, vector] of units.entries()) {
    for (let second = first + 1; second < units.length; second++) {
      const similarity = dot(vector, units[second] ?? vector);
      if (similarity < minSimilarity) continue;
      neighbors[first]?.offer(second, similarity);
      neighbors[second]?.offer(first, similarity);
    }
    await breathe();
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

/** Which texts a model can read: at most half of the pieces are unknown. */
export function readableTexts(session: Session, texts: readonly string[]): boolean[] {
  const { unk } = session.tokenizer.special;
  return session.tokenize(texts).map((encoding) => unknownPieces(encoding, unk, 0).share <= maxUnread);
}
