import {
  backends,
  composeExecutor,
  createPlainExecutor,
  defaultConfig,
  encoderWeights,
  modelWeights,
  TfjsBackend,
  type AlbertConfig,
} from '@albert-web/core';
import { backendUnderTest, maxAbsDiff, randomWeights, seededRandom, useBackendUnderTest } from '@albert-web/testing';
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { describeExecutor } from '../testing/encoder-conformance.ts';
import type { BackendChoice } from '../select.ts';
import { selectBackend } from '../select.ts';
import { createWebglExecutor, guardContext, WebglContextLostError } from './index.ts';

const config: AlbertConfig = {
  ...defaultConfig,
  embedding_size: 16,
  hidden_size: 48,
  num_hidden_layers: 3,
  num_attention_heads: 3,
  intermediate_size: 80,
};
const random = seededRandom(21);
const weights = randomWeights(encoderWeights(config), random, 0.1);
const ones = (batch: number, length: number): tf.Tensor2D => tf.ones([batch, length], 'int32');
const embeddings = (batch: number, length: number): tf.Tensor3D =>
  tf.tensor3d(random.normals(batch * length * config.embedding_size), [batch, length, config.embedding_size]);

describe.skipIf(backendUnderTest() !== 'webgl')('WebGL executor (needs a WebGL context)', () => {
  beforeAll(useBackendUnderTest);

  describeExecutor('f32', { create: createWebglExecutor, tolerance: backends.webgl.precisions.f32 });

  it('stores half floats on request, and stays close to the plain encoder', async () => {
    const half = await createWebglExecutor(config, weights, { precision: 'f16' });
    const plain = createPlainExecutor(config, weights);
    const full = await createWebglExecutor(config, weights);
    const [x, mask] = [embeddings(2, 11), tf.tensor2d([...Array(11).fill(1), ...Array(11).fill(0)], [2, 11], 'int32')];
    const expected = await plain.encode(x, mask);
    const actual = await half.encode(x, mask);
    await full.encode(x, mask);
    expect(half.precision).toBe('f16');
    expect(maxAbsDiff(await actual.hidden.data(), await expected.hidden.data())).toBeLessThan(
      backends.webgl.precisions.f16,
    );
    expect(half.memoryBytes).toBe(full.memoryBytes / 2);
    tf.dispose([x, mask, actual.hidden, expected.hidden]);
    for (const executor of [half, plain, full]) executor.dispose();
  });

  it('compiles nothing for a new length or batch', async () => {
    const executor = await createWebglExecutor(config, weights);
    const { gl } = (tf.backend() as MathBackendWebGL).gpgpu;
    const linkProgram = vi.spyOn(gl, 'linkProgram');
    const outputs = [];
    for (const [batch, length] of [
      [1, 1],
      [1, 12],
      [3, 7],
      [2, 33],
    ] as const) {
      const [x, mask] = [embeddings(batch, length), ones(batch, length)];
      outputs.push((await executor.encode(x, mask)).hidden);
      tf.dispose([x, mask]);
    }
    expect(linkProgram).not.toHaveBeenCalled();
    linkProgram.mockRestore();
    tf.dispose(outputs);
    executor.dispose();
  });

  it('draws eleven times per layer', async () => {
    const executor = await createWebglExecutor(config, weights);
    const { gl } = (tf.backend() as MathBackendWebGL).gpgpu;
    const [x, mask] = [embeddings(1, 9), ones(1, 9)];
    const drawArrays = vi.spyOn(gl, 'drawArrays');
    const { hidden } = await executor.encode(x, mask);
    // Two reads, the mapping to `hidden_size`, the layers, and one write.
    expect(drawArrays).toHaveBeenCalledTimes(2 + 1 + 11 * config.num_hidden_layers + 1);
    drawArrays.mockRestore();
    tf.dispose([x, mask, hidden]);
    executor.dispose();
  });

  it('keeps GPU memory flat over 100 calls, and from one executor to the next', async () => {
    const [x, mask] = [embeddings(1, 3), ones(1, 3)];
    const bytes = (): number => (tf.memory() as unknown as { numBytesInGPUAllocated: number }).numBytesInGPUAllocated;
    const { gl } = (tf.backend() as MathBackendWebGL).gpgpu;
    const created = vi.spyOn(gl, 'createTexture');
    const deleted = vi.spyOn(gl, 'deleteTexture');
    let flat: number | undefined;
    for (let round = 0; round < 2; round++) {
      const executor = await createWebglExecutor(config, weights);
      for (let call = 0; call < 50; call++) {
        const { hidden } = await executor.encode(x, mask, { depth: 1 });
        await hidden.data();
        hidden.dispose();
        flat ??= bytes();
      }
      expect(bytes()).toBe(flat);
      executor.dispose();
    }
    // tfjs keeps a few textures of the first call for reuse.
    expect(created.mock.calls.length - deleted.mock.calls.length).toBeLessThanOrEqual(2);
    created.mockRestore();
    deleted.mockRestore();
    tf.dispose([x, mask]);
  });

  // Last, because nothing works again on a lost context.
  it('rejects calls that wait for a lost context, and starts anew on a fresh one', async () => {
    const start = (): Promise<BackendChoice> => selectBackend({ backend: 'webgl', probeTimeout: 60_000 });
    await start();
    const guard = guardContext();
    const { gl } = (tf.findBackend('webgl') as MathBackendWebGL).gpgpu;
    const waiting = guard(new Promise(() => undefined));
    gl.getExtension('WEBGL_lose_context')?.loseContext();
    await expect(waiting).rejects.toThrow(WebglContextLostError);
    await expect(guard(Promise.resolve('read too late'))).rejects.toThrow(WebglContextLostError);

    const { started } = await start();
    const head = 'encoder';
    const model = randomWeights(modelWeights(config, head), random, 0.1);
    const [executor, plain] = [
      await started.createExecutor({ config, head, weights: model, precision: 'f32' }),
      composeExecutor(config, head, model, createPlainExecutor(config, model, new TfjsBackend('webgl'))),
    ];
    const inputs = { inputIds: [[5, 6, 7, 8, 9]] };
    const [actual, expected] = [await executor.run(inputs), await plain.run(inputs)].map(
      ({ outputs }) => outputs['last_hidden_state']?.values ?? [],
    );
    expect(expected).toHaveLength(5 * config.hidden_size);
    expect(maxAbsDiff(actual ?? [], expected ?? [])).toBeLessThan(1e-4);
    for (const each of [executor, plain]) each.dispose();
    await tf.setBackend('webgl');
  });

  it('rejects with a named error if the context is lost', async () => {
    const executor = await createWebglExecutor(config, weights);
    const [x, mask] = [embeddings(1, 3), ones(1, 3)];
    const { gl } = (tf.backend() as MathBackendWebGL).gpgpu;
    gl.getExtension('WEBGL_lose_context')?.loseContext();
    await expect(executor.encode(x, mask)).rejects.toThrow(WebglContextLostError);
    await expect(createWebglExecutor(config, weights)).rejects.toThrow(/Register the tfjs backend/u);
    expect(() => executor.dispose()).not.toThrow();
    tf.dispose([x, mask]);
  });
});
