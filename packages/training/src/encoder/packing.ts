import { allocate } from '@albert-web/errors';
import * as tf from '@tensorflow/tfjs-core';

/**
 * A batch without padding: the tokens of all sequences, concatenated. In batches of 32 from MRPC, a third of the positions would be
 * padding.
 */
export interface Packing {
  /** First row of each sequence, and the end of the last one: `sequences + 1` numbers. */
  readonly starts: Int32Array;
  /** For each packed row, its index `sequence * length + position` in the padded batch. */
  readonly rows: Int32Array;
  /** For each index of the padded batch, its packed row. Padding maps to the first row of its sequence. */
  readonly places: Int32Array;
  readonly longest: number;
  /** Sum of the squared lengths: the number of attention probabilities per head. */
  readonly squares: number;
}

/** Packs by an attention mask `[sequences][length]`, ones followed by zeros. Every sequence needs at least one token. */
export function pack(mask: readonly ArrayLike<number>[]): Packing {
  const length = mask[0]?.length ?? 0;
  const lengths = mask.map((row) => Array.from(row).reduce((sum, visible) => sum + visible, 0));
  const starts = allocate(Int32Array, mask.length + 1);
  lengths.forEach((count, index) => (starts[index + 1] = (starts[index] ?? 0) + count));
  const rows = allocate(Int32Array, starts[mask.length] ?? 0);
  const places = allocate(Int32Array, mask.length * length);
  lengths.forEach((count, sequence) => {
    const start = starts[sequence] ?? 0;
    for (let position = 0; position < length; position++) {
      const place = sequence * length + position;
      places[place] = position < count ? start + position : start;
      if (position < count) rows[start + position] = place;
    }
  });
  return {
    starts,
    rows,
    places,
    longest: Math.max(0, ...lengths),
    squares: lengths.reduce((sum, count) => sum + count * count, 0),
  };
}

/** Unpacks `[tokens, width]` into `[sequences, length, width]`. Values at padding are meaningless and must not be read. */
export function unpack(rows: tf.Tensor2D, packing: Packing, sequences: number): tf.Tensor3D {
  const padded = tf.gather(rows, tf.tensor1d(packing.places, 'int32'));
  return tf.reshape(padded, [sequences, packing.places.length / sequences, rows.shape[1]]);
}
