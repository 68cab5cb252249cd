import { startTfjsWasm } from '@albert-web/core';
import { seededRandom } from '@albert-web/testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerRowGather } from './row-gather.ts';

beforeAll(async () => {
  await import('@tensorflow/tfjs-backend-cpu');
  await startTfjsWasm();
  registerRowGather();
});

describe.each(['float32', 'int32'] as const)('a table of %s', (dtype) => {
  it.each([[[7]], [[5, 3]], [[4, 2, 3]]])('of shape %j returns the rows for indices of any shape', (shape) => {
    const random = seededRandom(2);
    const count = shape[0] ?? 0;
    const width = tf.util.sizeFromShape(shape) / count;
    const values = Array.from({ length: count * width }, () => random.integer(-99, 99));
    const ids = Array.from({ length: 6 }, () => random.integer(0, count));
    const rows = tf.tidy(() => tf.gather(tf.tensor(values, shape, dtype), tf.tensor2d(ids, [2, 3], 'int32')));
    expect(rows.dtype).toBe(dtype);
    expect(rows.shape).toEqual([2, 3, ...shape.slice(1)]);
    const expected = ids.flatMap((id) => values.slice(id * width, (id + 1) * width));
    expect(Array.from(rows.dataSync())).toEqual(expected);
    rows.dispose();
  });
});

it('leaves gathering columns to TensorFlow.js', () => {
  const columns = tf.tidy(() => tf.gather(tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]), tf.tensor1d([2, 0], 'int32'), 1));
  expect(Array.from(columns.dataSync())).toEqual([3, 1, 6, 4]);
  columns.dispose();
});

it.each([-1, 2])('rejects row %i of two', (row) => {
  const table = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  const ids = tf.tensor1d([row], 'int32');
  expect(() => tf.gather(table, ids)).toThrow(/index value/u);
  tf.dispose([table, ids]);
});
