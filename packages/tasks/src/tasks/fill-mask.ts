/** Masked-language-model prediction. */
import { InvalidArgumentError, whole, type Rules } from '@albert-web/errors';
import type { Encoding } from '@albert-web/tokenizer';
import { largestIndices, softmax } from '@albert-web/core';
import { factsOf, requireTask } from '../engine/require-task.ts';
import type { InputResult, ManyOptions, Session } from '../engine/session.ts';
import { valuesOf } from '../engine/session.ts';
import { manyOptions, texts, type TaskSignature } from '../signatures.ts';

/** A piece that could stand where `[MASK]` is. */
export interface MaskFill {
  /** The piece as text. */
  readonly text: string;
  readonly tokenId: number;
  readonly score: number;
  /** The whole text with the piece filled in. */
  readonly sequence: string;
}

/** Options of `fillMask`. */
export interface FillMaskOptions extends ManyOptions {
  /** Number of pieces for each mask, likeliest first. Default 5. */
  readonly topK?: number | undefined;
}

/** The signature of `fillMask`. */
export const fillMaskSignature: TaskSignature<'fillMask'> = {
  arguments: { texts },
  options: { ...manyOptions, topK: whole(1) } satisfies Rules<Required<FillMaskOptions>>,
};

/**
 * Predicts the likeliest pieces for each `[MASK]` of each text, in order.
 *
 * @throws UnsupportedTaskError, InvalidArgumentError
 */
export async function fillMasks(
  session: Session,
  texts: readonly string[],
  { topK = 5, batchSize = 16, onProgress, ...options }: FillMaskOptions = {},
): Promise<MaskFill[][][]> {
  requireTask(factsOf(session), 'fillMask');
  options.signal?.throwIfAborted();
  const rows = session.tokenize(texts);
  rows.forEach((row, index) => checkHasMask(session, row, texts[index] ?? ''));
  const filled: MaskFill[][][] = [];
  // A mask's prediction is as long as the vocabulary, so only those of one batch are kept at once.
  for (let first = 0; first < rows.length; first += batchSize) {
    const results = await session.runRows(rows.slice(first, first + batchSize), {
      ...options,
      batchSize,
      positionsOf: (row) => masksOf(session, row),
    });
    filled.push(...results.map((result) => fillsOf(session, result, topK)));
    onProgress?.(filled.length, rows.length);
  }
  return filled;
}

function masksOf({ tokenizer }: Session, { ids }: Encoding): number[] {
  return ids.flatMap((id, position) => (id === tokenizer.special.mask ? [position] : []));
}

/** @throws InvalidArgumentError */
function checkHasMask(session: Session, row: Encoding, text: string): void {
  if (masksOf(session, row).length > 0) return;
  throw new InvalidArgumentError({
    problem: `The text "${text.slice(0, 80)}" has no [MASK], or it lies beyond what the model can read`,
    remedy: 'Write [MASK] where a word is missing',
  });
}

function fillsOf(session: Session, { encoding, outputs }: InputResult, topK: number): MaskFill[][] {
  const { tokenizer, config } = session;
  const logits = valuesOf(outputs, session.head === 'masked_lm' ? 'logits' : 'prediction_logits');
  return masksOf(session, encoding).map((position, mask) => {
    const scores = softmax(logits.subarray(mask * config.vocab_size, (mask + 1) * config.vocab_size));
    return largestIndices(scores, topK).map((tokenId) => ({
      text: tokenizer.decode([tokenId]),
      tokenId,
      score: scores[tokenId] ?? 0,
      // Without [CLS] and [SEP], but with the other masks.
      sequence: tokenizer.decode(encoding.ids.with(position, tokenId).slice(1, -1)),
    }));
  });
}
