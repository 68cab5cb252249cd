import { InvalidArgumentError } from '@albert-web/errors';
import { seededRandom } from '@albert-web/testing';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../checkpoint.ts';
import { bytesOf } from '../dtype.ts';
import { weightReader } from '../reader.ts';
import { randomCheckpoint } from '../testing/checkpoints.ts';
import { quantizeCheckpoint } from './quantize.ts';
import { TensorFormatError } from '../errors.ts';

const checkpoint = randomCheckpoint({
  'albert.words.weight': [1024, 128],
  'odd.weight': [600, 250],
  'classifier.weight': [2, 64],
  'classifier.bias': [2],
});

function values(source: Checkpoint, name: string): Float32Array {
  return weightReader(source).float32(name);
}

/** Computes the root mean square of the difference divided by that of the values, in f64. */
function relativeError(before: Float32Array, after: Float32Array): number {
  const square = (sum: number, value: number): number => sum + value * value;
  return Math.sqrt(before.map((value, i) => value - (after[i] ?? NaN)).reduce(square, 0) / before.reduce(square, 0));
}

describe('quantizeCheckpoint', () => {
  // Published tolerances: the relative error of normally distributed weights, for rows of 128.
  it.each([
    ['f32', 0, 4],
    ['f16', 3e-4, 2],
    ['q8', 8e-3, 1 + 4 / 128],
    ['q4', 0.1, 0.5 + 2 / 32],
  ] as const)('stores %s within a relative error of %f', (precision, tolerance, bytesPerWeight) => {
    const { checkpoint: stored, report } = quantizeCheckpoint(checkpoint, precision);
    const before = values(checkpoint, 'words.weight');
    const after = values(stored, 'words.weight');
    const error = relativeError(before, after);
    expect(error).toBeLessThanOrEqual(tolerance);
    expect(error).toBeGreaterThanOrEqual(tolerance / 3);
    const reported = report.tensors.find(({ name }) => name === 'albert.words.weight');
    expect(reported?.relativeError ?? 0).toBeCloseTo(error, 6);
    const tensor = stored.tensors.get('albert.words.weight');
    const scale = stored.tensors.get('albert.words.weight.scale');
    expect((tensor?.bytes.length ?? 0) + (scale?.bytes.length ?? 0)).toBe(bytesPerWeight * before.length);
    expect(weightReader(stored).shape('words.weight')).toEqual([1024, 128]);
    expect(report.bytesBefore).toBeGreaterThanOrEqual(report.bytesAfter);
  });

  it.each(['q8', 'q4'] as const)('rejects a wrong number of scales in %s, for all rows and for some', (precision) => {
    const { tensors } = quantizeCheckpoint(checkpoint, precision).checkpoint;
    const name = 'albert.words.weight.scale';
    const scale = tensors.get(name);
    if (!scale) throw new Error('nothing is quantized');
    for (const length of [0, 4, scale.bytes.length - 4, scale.bytes.length + 4]) {
      const bytes = new Uint8Array(length);
      const shape = [length / (precision === 'q8' ? 4 : 2)];
      const broken = weightReader({ tensors: new Map([...tensors, [name, { ...scale, shape, bytes }]]), metadata: {} });
      expect(() => broken.float32('words.weight')).toThrow(TensorFormatError);
      expect(() => broken.rows('words.weight', [1023])).toThrow(TensorFormatError);
    }
  });

  it('keeps vectors in f32 and small or odd matrices in int8', () => {
    const { tensors } = quantizeCheckpoint(checkpoint, 'q4').checkpoint;
    expect(tensors.get('classifier.bias')).toEqual(checkpoint.tensors.get('classifier.bias'));
    expect(tensors.get('classifier.weight')?.dtype).toBe('I8');
    expect(tensors.get('odd.weight')?.dtype).toBe('I8');
    expect(tensors.get('albert.words.weight')?.dtype).toBe('U8');
  });

  it('quantizes to symmetric int8 with one scale per row, using the whole range', () => {
    const { checkpoint: stored } = quantizeCheckpoint(checkpoint, 'q8');
    const rows = weightReader(stored).int8('words.weight');
    expect(rows?.scales).toHaveLength(1024);
    for (let row = 0; row < 1024; row++) {
      const magnitudes = rows?.values.subarray(row * 128, row * 128 + 128).map(Math.abs);
      expect(Math.max(...(magnitudes ?? []))).toBe(127);
    }
  });

  it('changes nothing when a quantized checkpoint is quantized again', () => {
    const once = quantizeCheckpoint(checkpoint, 'q8').checkpoint;
    const twice = quantizeCheckpoint(once, 'q8').checkpoint;
    for (const name of ['albert.words.weight', 'odd.weight'])
      expect(twice.tensors.get(name)).toEqual(once.tensors.get(name));
  });

  it('converts back to plain f32 without scales', () => {
    const stored = quantizeCheckpoint(checkpoint, 'q4').checkpoint;
    const plain = quantizeCheckpoint(stored, 'f32').checkpoint;
    expect([...plain.tensors.keys()]).toEqual([...checkpoint.tensors.keys()]);
    expect(plain.metadata).toEqual({ format: 'pt' });
    expect(values(plain, 'words.weight')).toEqual(values(stored, 'words.weight'));
  });

  it.each(['q8', 'q4'] as const)('handles rows of zeros and of tiny numbers (%s)', (precision) => {
    const random = seededRandom(3);
    const weights = random.normals(2048 * 128).map((value, i) => (i < 128 ? 0 : i < 256 ? value * 1e-42 : value));
    const tensor = { name: 'w', dtype: 'F32', shape: [2048, 128], bytes: bytesOf(weights) } as const;
    const { checkpoint: stored } = quantizeCheckpoint({ tensors: new Map([['w', tensor]]), metadata: {} }, precision);
    const after = values(stored, 'w');
    expect(after.subarray(0, 128).every((value) => value === 0)).toBe(true);
    expect(after.subarray(128, 256).every((value) => Math.abs(value) < 1e-40)).toBe(true);
  });

  it('keeps integers, and rejects f16 for values that do not fit', () => {
    const ids = { name: 'ids', dtype: 'I64', shape: [2], bytes: new Uint8Array(16) } as const;
    const large = { name: 'w', dtype: 'F32', shape: [2], bytes: bytesOf(new Float32Array([1, 70000])) } as const;
    const source = { tensors: new Map<string, typeof ids | typeof large>([['ids', ids]]), metadata: {} };
    expect(quantizeCheckpoint(source, 'q8').checkpoint.tensors.get('ids')).toBe(ids);
    source.tensors.set('w', large);
    expect(() => quantizeCheckpoint(source, 'f16')).toThrow(InvalidArgumentError);
  });
});
