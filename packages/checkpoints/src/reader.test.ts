import { MissingTensorError, NonFiniteWeightError } from '@albert-web/core';
import { describe, expect, it } from 'vitest';
import type { StoredTensor } from './checkpoint.ts';
import { bytesOf } from './dtype.ts';
import { weightReader } from './reader.ts';
import { TensorFormatError } from './errors.ts';

function reader(...tensors: StoredTensor[]) {
  return weightReader({ tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), metadata: {} });
}

const floats = (name: string, shape: readonly number[], ...values: number[]): StoredTensor => ({
  name,
  shape,
  dtype: 'F32',
  bytes: bytesOf(new Float32Array(values)),
});
const q8: StoredTensor = { name: 'w', dtype: 'I8', shape: [2, 2], bytes: bytesOf(new Int8Array([1, -2, 3, 127])) };

describe('weightReader', () => {
  it('finds a weight with and without the prefix of models with a head', () => {
    const weights = reader(floats('albert.pooler.bias', [2], 1, 2), floats('classifier.bias', [1], 3));
    expect(weights.float32('pooler.bias')).toEqual(new Float32Array([1, 2]));
    expect(weights.float32('classifier.bias')).toEqual(new Float32Array([3]));
    expect(weights.shape('pooler.bias')).toEqual([2]);
    expect(weights.shape('pooler.weight')).toBeUndefined();
    expect(() => weights.float32('pooler.weight')).toThrow(MissingTensorError);
  });

  it('dequantizes int8 rows by their scales', () => {
    const weights = reader(q8, floats('w.scale', [2], 0.5, 2));
    expect(weights.float32('w')).toEqual(new Float32Array([0.5, -1, 6, 254]));
    expect(weights.int8('w')).toEqual({ values: new Int8Array([1, -2, 3, 127]), scales: new Float32Array([0.5, 2]) });
    expect(weights.int8('w.scale')).toBeUndefined();
  });

  it('unpacks only the requested rows', () => {
    const weights = reader(q8, floats('w.scale', [2], 0.5, 2), floats('plain', [3, 2], 1, 2, 3, 4, 5, 6));
    expect(weights.rows('w', [1, 0, 1])).toEqual(new Float32Array([6, 254, 0.5, -1, 6, 254]));
    expect(weights.rows('plain', [2, 2])).toEqual(new Float32Array([5, 6, 5, 6]));
    expect(() => weights.rows('none', [0])).toThrow(MissingTensorError);
  });

  it.each([[[1]], [[0, 1]], [[1, 0]], [[0, 1, 2]]])(
    'copies rows %j: writing to them does not change the weights',
    (rows) => {
      const stored = [1, 2, 3, 4, 5, 6];
      const weights = reader(floats('plain', [3, 2], ...stored));
      weights.rows('plain', rows).fill(0);
      const into = new Float32Array(2 * rows.length);
      expect(weights.rows('plain', rows, into)).toEqual(
        new Float32Array(rows.flatMap((row) => stored.slice(2 * row, 2 * row + 2))),
      );
      into.fill(0);
      expect(weights.float32('plain')).toEqual(new Float32Array(stored));
    },
  );

  it('rejects int8 without a scale for each row', () => {
    expect(() => reader(q8).float32('w')).toThrow(TensorFormatError);
    expect(() => reader(q8, floats('w.scale', [3], 1, 2, 3)).float32('w')).toThrow(TensorFormatError);
  });

  it.each([NaN, Infinity, -Infinity])('rejects %s', (value) => {
    for (let at = 0; at < 9; at++) {
      const values = [1, -2, 0, 1e38, -1e38, 1e-45, -0, 7, 8].with(at, value);
      expect(() => reader(floats('w', [9], ...values)).float32('w')).toThrow(NonFiniteWeightError);
    }
  });

  it('accepts the largest finite numbers', () => {
    const largest = 3.4028234663852886e38;
    expect(() => reader(floats('w', [3], largest, largest, largest)).float32('w')).not.toThrow();
  });
});
