import { maxAbsDiff, seededRandom } from '@albert-web/testing';
import { expect, it } from 'vitest';
import { layerNorm } from '../../reference/layer-norm.ts';
import { moments } from '../matmul/moments-reference.ts';
import { packSizes } from '../sizes.ts';
import { describeOnWebgpu } from '../testing/device.ts';
import { callBuffer, callOf, padRows, readFloats, runKernel } from '../testing/run-kernel.ts';
import { normalizeBindings, normalizeProgram } from './program.ts';

const random = seededRandom(13);

describeOnWebgpu('normalize', (bench) => {
  it.each([
    { normalizes: true, what: 'LayerNorm' },
    { normalizes: false, what: 'no LayerNorm' },
  ])('writes unpadded rows after $what', async ({ normalizes }) => {
    const { device, pool } = bench();
    for (const [rows, hidden] of [[1, 1], [5, 32], [9, 33], ...drawnShapes(4)] as [number, number][]) {
      // Far from zero, so that a variance computed as E[x²] - E[x]² would be all rounding error.
      const input = random.normals(rows * hidden).map((value) => value + 1000);
      const norm = { weight: random.normals(hidden), bias: random.normals(hidden), epsilon: 1e-12 };
      const call = callOf(1, rows);
      const output = device.createBuffer({
        size: 4 * rows * hidden,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
      });
      await runKernel(
        device,
        normalizeProgram(normalizes),
        {
          [normalizeBindings.call]: callBuffer(pool, call),
          [normalizeBindings.input]: pool.constant('input', padRows(input, rows, hidden)),
          [normalizeBindings.output]: output,
          [normalizeBindings.rowMoments]: pool.constant('moments', moments(input, hidden)),
          [normalizeBindings.norm]: pool.constant(
            'norm',
            padRows(Float32Array.of(...norm.weight, ...norm.bias), 2, hidden),
          ),
          [normalizeBindings.sizes]: pool.uniform(
            'sizes',
            packSizes({ depth: hidden, columns: hidden, hidden, epsilon: 1e-12 }),
          ),
        },
        call,
        0,
      );
      const actual = await readFloats(device, output, rows * hidden);
      const expected = normalizes ? layerNorm(input, norm) : input;
      expect(maxAbsDiff(actual, expected), `[${rows}, ${hidden}]`).toBeLessThan(normalizes ? 2e-3 : 1e-9);
    }
  });
});

function drawnShapes(count: number): number[][] {
  return Array.from({ length: count }, () => [random.integer(1, 20), random.integer(2, 100)]);
}
