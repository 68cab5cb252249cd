import { allocate } from '@albert-web/errors';
import type { Tokenizer } from '@albert-web/tokenizer';
import { TrainingDataError } from '../errors.ts';
import { permutation, deriveKey } from '../random.ts';
import type { TrainingBatch } from '../targets.ts';
import type { TextExample } from './glue.ts';

/** A tokenized sequence: ids, and for each the text it belongs to (0 or 1). */
export interface Sequence {
  readonly ids: ArrayLike<number>;
  readonly typeIds: ArrayLike<number>;
}

/** A tokenized row with its label. */
export interface ClassifierFeature extends Sequence {
  readonly label: number;
}

/** Tokenizes as the original does: `[CLS] A [SEP] B [SEP]`, truncating the longer text first. Unlabeled rows get label 0. */
export function classifierFeature(tokenizer: Tokenizer, example: TextExample, maxLength: number): ClassifierFeature {
  const input = example.textB === undefined ? example.textA : ([example.textA, example.textB] as const);
  const { ids, typeIds } = tokenizer.encode(input, { maxLength });
  return { ids: Int32Array.from(ids), typeIds: Uint8Array.from(typeIds), label: example.label ?? 0 };
}

/** Pads the rows of a batch to the longest of them (not to `max_seq_length`) with id 0 and mask 0. */
export function padSequences(sequences: readonly Sequence[]): TrainingBatch['inputs'] {
  const length = Math.max(...sequences.map(({ ids }) => ids.length));
  const fill = (values: (sequence: Sequence) => ArrayLike<number>): Int32Array[] =>
    sequences.map((sequence) => {
      const row = allocate(Int32Array, length);
      row.set(Array.from(values(sequence)));
      return row;
    });
  return {
    inputIds: fill(({ ids }) => ids),
    tokenTypeIds: fill(({ typeIds }) => typeIds),
    attentionMask: fill(({ ids }) => new Uint8Array(ids.length).fill(1)),
  };
}

/** Creates a batch for a classifier, or for a regression if `kind` is `values`. */
export function classifierBatch(features: readonly ClassifierFeature[], kind: 'classes' | 'values'): TrainingBatch {
  const labels = features.map(({ label }) => label);
  return {
    inputs: padSequences(features),
    targets: kind === 'classes' ? { kind, classes: labels } : { kind, values: labels },
  };
}

/**
 * Returns the row indices of a step. Epochs follow one another without a gap. The order of each depends only on the seed and the
 * epoch, so a run can resume without stored state.
 */
export function rowsOfStep(count: number, batchSize: number, step: number, seed: number): number[] {
  const orders = new Map<number, number[]>();
  return Array.from({ length: batchSize }, (_, index) => {
    const position = step * batchSize + index;
    const epoch = Math.floor(position / count);
    const order = orders.get(epoch) ?? permutation(count, deriveKey(seed, epoch));
    orders.set(epoch, order);
    return order[position % count] as number;
  });
}

/** Splits a list into consecutive slices of at most `size` items. */
export function inSlices<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** @throws TrainingDataError for data that nothing can be learned from: no rows, or a single class */
export function checkTrainable(labels: readonly number[], kind: 'classes' | 'values', file: string): void {
  if (labels.length === 0) {
    throw new TrainingDataError({
      problem: `${file} contains no examples`,
      remedy: 'Provide a file with labeled rows',
      reason: { code: 'no-examples' },
    });
  }
  if (kind === 'classes' && new Set(labels).size < 2) {
    throw new TrainingDataError({
      problem: `All ${labels.length} rows of ${file} have the same label`,
      expected: 'Expected examples of at least two classes',
      remedy: 'Add examples of another class',
      reason: { code: 'one-label' },
    });
  }
}
