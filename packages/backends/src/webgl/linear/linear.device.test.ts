import { activationNames } from '@albert-web/core/spec';
import { backendUnderTest, exactActivation, maxAbsDiff, seededRandom, useBackendUnderTest } from '@albert-web/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { multiply } from '../../reference/linear.ts';
import { texelsOf } from '../panels.ts';
import { devices } from '../testing/device.ts';
import { emptyPanels, fromPanels, toPanels } from '../testing/panels.ts';
import type { Epilogue } from './program.ts';
import { compileLinear } from './program.ts';
import { joinOutputs, padHeads, uploadLinear, type LinearWeights } from './weights.ts';

const random = seededRandom(11);

function randomLinear(input: number, output: number): LinearWeights {
  const weight = random.normals(input * output, 1 / Math.sqrt(input));
  return { weight, bias: random.normals(output), input, output };
}

describe.skipIf(backendUnderTest() !== 'webgl')('linear (WebGL only)', () => {
  beforeAll(useBackendUnderTest);

  it.each<[Epilogue, number, number, number, number]>([
    ['none', 1, 1, 1, 1],
    ['none', 1, 7, 10, 9],
    ['residual', 2, 9, 64, 12],
    ['relu', 1, 3, 5, 33],
    ['gelu_new', 3, 8, 16, 59],
    ['gelu', 1, 17, 130, 6],
    ['silu', 1, 5, 9, 10],
    ['tanh', 1, 4, 6, 7],
  ])('%s: batch %i, %i rows, %i to %i columns', async (epilogue, batch, rows, input, output) => {
    const weights = randomLinear(input, output);
    const x = random.normals(batch * rows * input, 3);
    const residual = random.normals(batch * rows * output);
    for (const device of devices()) {
      const program = await compileLinear(device, epilogue);
      const texture = uploadLinear(device, weights);
      const from = await toPanels(device, x, { batch, rows, columns: input });
      const added = await toPanels(device, residual, { batch, rows, columns: output });
      const to = emptyPanels(device, { batch, rows, columns: output });
      const inputs = { x: from.texture, weight: texture.texture, residual: added.texture };
      program.run(inputs, { innerTexels: texelsOf(input), panelStride: 1 }, to);
      const actual = await fromPanels(device, to, { batch, rows, columns: output });
      expect(maxAbsDiff(actual, linear(x, weights, epilogue, residual))).toBeLessThan(1e-5);
      for (const texture of [from, added, to]) texture.dispose();
      texture.dispose();
    }
  });

  it('keeps activations finite and exact far from zero', async () => {
    const x = Float32Array.from([-1e4, -50, -12, -6, -3, 3, 6, 12, 50, 1e4]);
    const identity: LinearWeights = { weight: Float32Array.of(1), bias: Float32Array.of(0), input: 1, output: 1 };
    const sizes = { batch: 1, rows: x.length, columns: 1 };
    for (const device of devices()) {
      for (const epilogue of activationNames) {
        const program = await compileLinear(device, epilogue);
        const from = await toPanels(device, x, sizes);
        const to = emptyPanels(device, sizes);
        const weight = uploadLinear(device, identity);
        program.run({ x: from.texture, weight: weight.texture }, { innerTexels: 1, panelStride: 1 }, to);
        const expected = linear(x, identity, epilogue);
        expect(maxAbsDiff(await fromPanels(device, to, sizes), expected)).toBeLessThan(5e-6);
        for (const texture of [from, to, weight]) texture.dispose();
      }
    }
  });
});

describe('layout of the weights', () => {
  it('pads every head to whole texels without changing the result', () => {
    const heads = 3;
    const split = randomLinear(6, 15); // heads of 5
    const merge = randomLinear(15, 6);
    const x = random.normals(4 * 6);
    const through = (first: LinearWeights, second: LinearWeights): Float32Array => multiply(multiply(x, first), second);
    const padded = padHeads(split, heads, 'output');
    expect(padded.output).toBe(24);
    const narrow = through(split, merge);
    expect(maxAbsDiff(through(padded, padHeads(merge, heads, 'input')), narrow)).toBeLessThan(1e-6);
  });

  it('joins projections side by side', () => {
    const parts = [randomLinear(3, 2), randomLinear(3, 4)] as const;
    const x = random.normals(3);
    const apart = parts.flatMap((part) => [...multiply(x, part)]);
    expect(maxAbsDiff(multiply(x, joinOutputs(parts)), apart)).toBe(0);
  });
});

/** Computes a product with an epilogue. */
function linear(x: Float32Array, weights: LinearWeights, epilogue: Epilogue, residual?: Float32Array): Float32Array {
  return multiply(x, weights).map((value, i) => {
    if (epilogue === 'residual') return value + (residual?.[i] ?? 0);
    return epilogue === 'none' ? value : exactActivation(value, epilogue);
  });
}
