import type { PrecisionOf, WeightReader } from '@albert-web/core';
import { backends, createPlainExecutor, encoderWeights, headOf, modelWeights, readConfig } from '@albert-web/core';
import { choicesOf, flattenNumbers, goldenInputs, type ForwardGolden } from '@albert-web/core/golden';
import {
  backendUnderTest,
  maxAbsDiff,
  randomWeights,
  readGoldenModel,
  seededRandom,
  useBackendUnderTest,
} from '@albert-web/testing';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { smallConfig } from '../testing/cases.ts';
import { describeExecutor, describePrecision, type ExecutorUnderTest } from '../testing/encoder-conformance.ts';
import { int4Weights } from '../testing/int4-weights.ts';
import type { WebgpuDevice } from './device.ts';
import { registerDevice, requestDevice } from './device.ts';
import { DeviceLostError } from '../errors.ts';
import type { WebgpuExecutor } from './executor.ts';
import { composeWebgpu, createWebgpuExecutor, createWebgpuModel } from './executor.ts';
import { withRecovery } from '../recovery.ts';
import { startCounting } from './testing/counting.ts';

describe.skipIf(backendUnderTest() !== 'webgpu')('WebGPU executor (needs a browser with WebGPU)', () => {
  beforeAll(useBackendUnderTest);

  const inPrecision = (precision: PrecisionOf<'webgpu'>): ExecutorUnderTest => ({
    create: (config, weights) => createWebgpuExecutor(config, weights, { precision }),
    tolerance: backends.webgpu.precisions[precision],
  });
  describeExecutor('f32', inPrecision('f32'));
  for (const precision of ['f16', 'q8'] as const) describePrecision(precision, inPrecision(precision));

  describe.each(['f32', 'f16', 'q8'] as const)('with a head, in %s', (precision) => {
    it.each([
      'default-sequence',
      'default-choice',
      'default-token',
      'default-qa',
      'inner-sequence',
      'head_dim_odd-sequence',
    ] as const)('matches the logits of Hugging Face: golden %s', async (name) => {
      const { config: json, weights, cases } = await readGoldenModel(name);
      const config = readConfig(json);
      const executor = await createWebgpuExecutor(config, weights, { precision });
      const encode = vi.spyOn(executor, 'encode');
      const model = composeWebgpu(executor, { config, head: headOf(config), weights });
      for (const golden of cases) {
        const { hidden_states: _, attentions: __, ...expected } = golden.outputs;
        const { outputs } = await model.run(goldenInputs(golden), { choices: choicesOf(golden) });
        expect(Object.keys(outputs).toSorted()).toEqual(Object.keys(expected).toSorted());
        for (const [output, values] of Object.entries(expected)) {
          expect(maxAbsDiff(outputs[output]?.values ?? [], flattenNumbers(values)), output).toBeLessThan(
            backends.webgpu.precisions[precision],
          );
        }
      }
      expect(encode).not.toHaveBeenCalled();
      model.dispose();
    });
  });

  describe('with 4-bit weights', () => {
    const head = 'sequence_classification';
    const config = smallConfig({ embedding_size: 64, hidden_size: 96, intermediate_size: 416 });
    const inputIds = [
      [2, 17, 30, 44, 45, 3],
      [2, 5, 3, 0, 0, 0],
    ];

    it.each([
      { heads: 'unpadded heads', shape: config },
      // Heads of 6 are padded to 8, so the output projection of attention cannot stay in 4 bits.
      { heads: 'padded heads', shape: { ...config, num_attention_heads: 16 } },
    ])('is closer to f32 than with int8 rows of the same weights, in less memory: $heads', async ({ shape }) => {
      const { stored, dequantized } = int4Weights(modelWeights(shape, head), seededRandom(31));
      const run = async (weights: WeightReader, precision: 'f32' | 'q8'): Promise<Ran> => {
        const model = await createWebgpuModel({ config: shape, head, weights }, precision);
        const { memoryBytes } = model;
        const { outputs } = await model.run({ inputIds }, { head: false });
        const { logits } = (await model.run({ inputIds })).outputs;
        model.dispose();
        return { hidden: outputs['last_hidden_state']?.values, logits: logits?.values, memoryBytes };
      };
      const f32 = await run(dequantized, 'f32');
      const q8 = await run(dequantized, 'q8');
      const q4 = await run(stored, 'q8');
      expect(f32.hidden).toHaveLength(12 * shape.hidden_size);
      expect(rootMeanSquare(q4.hidden, f32.hidden)).toBeLessThan(rootMeanSquare(q8.hidden, f32.hidden));
      expect(rootMeanSquare(q4.logits, f32.logits)).toBeLessThan(0.02);
      expect(q4.memoryBytes).toBeLessThan(0.8 * q8.memoryBytes);
    });
  });

  it('keeps GPU bytes flat over 20 calls, and when disposed and created again', async () => {
    const { config: json, weights, cases } = await readGoldenModel('default-sequence');
    const config = readConfig(json);
    const inputs = goldenInputs(cases[0] as ForwardGolden);
    const { device } = tf.backend() as WebGPUBackend;
    const counts = startCounting(device);
    const rounds: number[] = [];
    for (const calls of [20, 5, 5]) {
      const model = composeWebgpu(await createWebgpuExecutor(config, weights), {
        config,
        head: headOf(config),
        weights,
      });
      let first: number | undefined;
      for (let call = 0; call < calls; call++) {
        await model.run(inputs);
        first ??= counts.bytesAlive;
      }
      expect(counts.bytesAlive).toBe(first);
      model.dispose();
      rounds.push(counts.bytesAlive);
    }
    expect(rounds).toEqual([0, 0, 0]);
  });

  describe('on a device of our own', () => {
    const config = smallConfig();
    const random = seededRandom(31);
    const weights = randomWeights(encoderWeights(config), random, 0.1);
    const values = random.normals(2 * 9 * 16);
    let own: WebgpuDevice;
    let executor: WebgpuExecutor;

    const renew = async (): Promise<void> => {
      own = await requestDevice();
      await registerDevice(own);
      await tf.setBackend('webgpu');
      executor = await createWebgpuExecutor(config, weights);
    };
    const encode = async (): Promise<Float32Array> => {
      const embedded = tf.tensor3d(values, [2, 9, 16]);
      const mask = tf.ones<tf.Rank.R2>([2, 9]);
      const { hidden } = await executor.encode(embedded, mask);
      const result = await own.health.guard(hidden.data());
      tf.dispose([embedded, mask, hidden]);
      return Float32Array.from(result);
    };
    beforeAll(renew);
    afterAll(() => own.destroy());

    it('accepts tensors that tfjs computed on the GPU, without reading them back', async () => {
      const embedded = tf.mul(tf.tensor3d(values, [2, 9, 16]), 1);
      const mask = tf.cast<tf.Tensor2D>(tf.greater(tf.mul(tf.ones([2, 9]), 2), 1), 'float32');
      const { hidden } = await executor.encode(embedded as tf.Tensor3D, mask);
      const doubled = tf.mul(hidden, 2);
      const plain = createPlainExecutor(config, weights);
      const expected = await plain.encode(embedded as tf.Tensor3D, mask);
      const twice = (await expected.hidden.data()).map((value) => 2 * value);
      expect(maxAbsDiff(await doubled.data(), twice)).toBeLessThan(2 * backends.webgpu.precisions.f32);
      plain.dispose();
      tf.dispose([embedded, mask, hidden, doubled, expected.hidden]);
    });

    it('reports the time of each step of a pass', async () => {
      const embedded = tf.tensor3d(values, [2, 9, 16]);
      const mask = tf.ones<tf.Rank.R2>([2, 9]);
      const times = await executor.profile(embedded, mask);
      expect(times.map(({ step, dispatches }) => [step, dispatches])).toEqual([
        ['mapping', 1],
        ['query-key-value (first)', 1],
        ['attention', 2],
        ['attention output (first)', 1],
        ['feed-forward up', 2],
        ['feed-forward down', 2],
        ['query-key-value', 1],
        ['attention output', 1],
        ['output', 1],
      ]);
      for (const { milliseconds } of times) expect(milliseconds).toBeGreaterThanOrEqual(0);
      expect(times.reduce((sum, { milliseconds }) => sum + milliseconds, 0)).toBeGreaterThan(0);
      tf.dispose([embedded, mask]);
    });

    it('repeats a call on a fresh device if the first one is lost', async () => {
      const before = await encode();
      let lost = false;
      const attempt = async (): Promise<Float32Array> => {
        const running = encode();
        if (!lost) own.destroy();
        lost = true;
        return running;
      };
      expect(maxAbsDiff(await withRecovery(attempt, renew), before)).toBe(0);
    });

    it('rejects with a typed error if the device is destroyed during a call', async () => {
      const running = encode();
      own.destroy();
      await expect(running).rejects.toThrow(DeviceLostError);
      await expect(encode()).rejects.toThrow(DeviceLostError);
    });
  });
});

/** A model's outputs, and its memory before the first call: weights, and little else. */
interface Ran {
  readonly hidden: Float32Array | undefined;
  readonly logits: Float32Array | undefined;
  readonly memoryBytes: number;
}

function rootMeanSquare(actual: Float32Array | undefined, expected: Float32Array | undefined): number {
  if (!actual || actual.length !== expected?.length) return NaN;
  return Math.sqrt(actual.reduce((sum, value, i) => sum + (value - (expected[i] ?? NaN)) ** 2, 0) / actual.length);
}
