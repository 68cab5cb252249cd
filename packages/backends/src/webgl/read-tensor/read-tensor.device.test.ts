import { backendUnderTest, maxAbsDiff, seededRandom, useBackendUnderTest } from '@albert-web/testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { devices } from '../testing/device.ts';
import { fromPanels, readInto, toPanels, type Sizes } from '../testing/panels.ts';
import { compileReadTensor } from './program.ts';

const random = seededRandom(14);

/** Every way in which tfjs may store the same numbers. */
const layouts: Record<string, (values: Float32Array, shape: [number, number, number]) => tf.Tensor3D> = {
  'on the CPU': (values, shape) => tf.tensor3d(values, shape),
  'with one element per texel': (values, shape) =>
    tf.tidy(() => tf.reverse(tf.reverse(tf.tensor3d(values, shape), 2), 2)),
  'with two by two elements per texel': (values, shape) =>
    tf.tidy(() => tf.add(tf.tensor3d(values, shape), tf.zeros(shape))),
  'packed as a matrix, then reshaped': (values, [batch, rows, columns]) =>
    tf.tidy(() => {
      const matrix = tf.tensor2d(values, [batch * rows, columns]);
      tf.matMul(matrix, tf.ones([columns, 1])); // uploads the matrix packed
      return tf.reshape(matrix, [batch, rows, columns]);
    }),
  'that is a slice of a longer one': (values, shape) =>
    tf.tidy(() => {
      const [batch, rows, columns] = shape;
      const doubled = tf.reverse(
        tf.tensor3d(Float32Array.of(...values, ...values).reverse(), [2 * batch, rows, columns]),
        [0, 1, 2],
      );
      return tf.slice<tf.Rank.R3, tf.Tensor3D>(doubled, [batch, 0, 0], shape);
    }),
};

describe.skipIf(backendUnderTest() !== 'webgl')('reading and writing tensors (WebGL only)', () => {
  beforeAll(useBackendUnderTest);

  it.each(Object.entries(layouts))('reads a tensor %s', async (_, make) => {
    for (const [batch, rows, columns] of [
      [1, 1, 1],
      [3, 7, 5],
      [2, 9, 16],
    ] as const) {
      const values = random.normals(batch * rows * columns);
      for (const device of devices()) {
        const program = await compileReadTensor(device, 'embedded');
        const tensor = make(values, [batch, rows, columns]);
        const sizes: Sizes = { batch, rows, columns };
        const panels = readInto(device, program, tensor, sizes);
        expect(maxAbsDiff(await fromPanels(device, panels, sizes), values)).toBe(0);
        tensor.dispose();
        panels.dispose();
      }
    }
  });

  it('turns a mask into scores below any real one, which half floats can represent', async () => {
    const sizes: Sizes = { batch: 1, rows: 2, columns: 3 };
    for (const device of devices()) {
      const panels = await toPanels(device, Float32Array.of(1, 0, 1, 0, 0, 1), sizes, 'mask');
      const read = await fromPanels(device, panels, { ...sizes, columns: 4 });
      const [masked, beyond] = device.format === 'f16' ? [-32768, -65504] : [-1e38, -3e38].map(Math.fround);
      expect([...read]).toEqual([0, masked, 0, beyond, masked, masked, 0, beyond]);
      panels.dispose();
    }
  });
});
