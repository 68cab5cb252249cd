/** A model's inputs, and their validation. */
import { allocate } from '@albert-web/errors';
import type { AlbertConfig } from '../spec/index.ts';
import { ModelInputError } from '../errors.ts';

/** A batch as nested arrays or rows of one length, as a tokenizer returns it. */
export interface RawInputs {
  /** `[batch][length]` token ids. */
  readonly inputIds: readonly ArrayLike<number>[];
  /** `[batch][length]` 1 for tokens, 0 for padding. Default: all ones. */
  readonly attentionMask?: readonly ArrayLike<number>[];
  /** `[batch][length]` 0 for the first sentence, 1 for the second. Default: all zeros. */
  readonly tokenTypeIds?: readonly ArrayLike<number>[];
  /** `[batch][length]` positions. Default: 0, 1, 2, ... */
  readonly positionIds?: readonly ArrayLike<number>[];
}

/** Returns the number of rows in a checked batch, and of tokens in each row. */
export function sizesOf({ inputIds }: RawInputs): { readonly batch: number; readonly length: number } {
  return { batch: inputIds.length, length: inputIds[0]?.length ?? 0 };
}

/** Returns the mask of a checked batch, `[batch * length]`, with the default filled in. */
export function maskOf(inputs: RawInputs): Int32Array {
  const { batch, length } = sizesOf(inputs);
  const mask = allocate(Int32Array, batch * length).fill(1);
  inputs.attentionMask?.forEach((row, index) => mask.set(row, index * length));
  return mask;
}

/** Picks rows of a batch, in the order given. */
export function pickRows(
  { inputIds, attentionMask, tokenTypeIds, positionIds }: RawInputs,
  rows: readonly number[],
): RawInputs {
  const pick = <T>(values: readonly T[]): T[] => rows.map((row) => values[row] as T);
  return {
    inputIds: pick(inputIds),
    ...(attentionMask && { attentionMask: pick(attentionMask) }),
    ...(tokenTypeIds && { tokenTypeIds: pick(tokenTypeIds) }),
    ...(positionIds && { positionIds: pick(positionIds) }),
  };
}

/**
 * Checks a batch against the configuration: equal lengths, ids within the tables, at most `max_position_embeddings` tokens.
 *
 * @throws ModelInputError
 */
export function checkInputs(config: AlbertConfig, raw: RawInputs): void {
  const length = raw.inputIds[0]?.length ?? 0;
  if (length === 0) {
    throw new ModelInputError({
      problem: 'The batch is empty',
      remedy: 'Give at least one row with at least one token id',
    });
  }
  if (length > config.max_position_embeddings && !raw.positionIds) {
    throw new ModelInputError({
      problem: `The sequence is ${length} tokens long`,
      expected: `This model takes at most ${config.max_position_embeddings}`,
      remedy: 'Truncate the text, or split it with a stride',
    });
  }
  checkRows('inputIds', raw.inputIds, raw.inputIds.length, length, config.vocab_size);
  checkRows('attentionMask', raw.attentionMask, raw.inputIds.length, length, 2);
  checkRows('tokenTypeIds', raw.tokenTypeIds, raw.inputIds.length, length, config.type_vocab_size);
  checkRows('positionIds', raw.positionIds, raw.inputIds.length, length, config.max_position_embeddings);
}

function checkRows(
  field: string,
  rows: readonly ArrayLike<number>[] | undefined,
  count: number,
  length: number,
  limit: number,
): void {
  if (!rows) return;
  if (rows.length !== count || rows.some((row) => row.length !== length)) {
    throw new ModelInputError({
      problem: `${field} has ${rows.length} rows of lengths ${[...new Set(rows.map((row) => row.length))].join(', ')}`,
      expected: `Expected ${count} rows of length ${length}`,
      remedy: 'Pad the rows of a batch to one length',
    });
  }
  rows.forEach((row, index) => {
    for (let position = 0; position < length; position++) {
      const value = row[position] ?? NaN;
      if (!Number.isInteger(value) || value < 0 || value >= limit) {
        throw new ModelInputError({
          problem: `${field}[${index}][${position}] is ${value}`,
          expected: `Expected an integer from 0 to ${limit - 1}`,
          remedy: 'Use the tokenizer that belongs to the checkpoint',
        });
      }
    }
  });
}
