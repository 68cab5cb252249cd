import * as tf from '@tensorflow/tfjs-core';
import { backendUnderTest, maxAbsDiff, randomWeights, seededRandom, testWasmFiles } from '@albert-web/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { backendNames, createPlainExecutor, encoderWeights, type EncoderExecutor } from '@albert-web/core';
import { BackendUnavailableError, NoBackendError, selectBackend } from './index.ts';
import { smallConfig } from './conformance.ts';
import { isSoftwareRenderer } from './software.ts';
import type { StartedBackend } from './driver.ts';
import { selfCheck } from './self-check/self-check.ts';

const backend = backendUnderTest();

afterEach(() => vi.restoreAllMocks());

describe('selectBackend', () => {
  it('starts the backend that is asked for, and it passes the self-check', async () => {
    const choice = await selectBackend({ backend, wasmFiles: testWasmFiles(), probeTimeout: 60_000 });
    expect(choice.chosen).toBe(backend);
    expect(tf.getBackend()).toBe(backend);
    expect(choice.started.description).not.toBe('');
    expect(choice.rejected).toEqual([]);
  });

  it('says why a backend was not taken', async () => {
    const choice = await selectBackend({ wasmFiles: testWasmFiles(), probeTimeout: 60_000 });
    // Whatever this machine has: everything before the one that was chosen is refused, and an emulated GPU is not chosen.
    expect(choice.rejected.map((rejection) => rejection.backend)).toEqual(
      backendNames.slice(0, backendNames.indexOf(choice.chosen)),
    );
    expect(choice.chosen).not.toBe('cpu');
    expect(isSoftwareRenderer(choice.started.description)).toBe(false);
    for (const { why } of choice.rejected) expect(why.length).toBeGreaterThan(20);
  });

  it('lets models that start together, and later, live beside each other', async () => {
    const config = smallConfig();
    const random = seededRandom(5);
    const weights = randomWeights(encoderWeights(config), random, 0.1);
    const start = async (): Promise<EncoderExecutor> => {
      const { started } = await selectBackend({ backend, wasmFiles: testWasmFiles(), probeTimeout: 60_000 });
      return started.createExecutor(config, weights, 'f32');
    };
    const executors = [...(await Promise.all([start(), start()])), await start()];
    const embedded = random.normals(3 * config.embedding_size);
    for (const executor of executors) {
      const [x, mask] = [tf.tensor3d(embedded, [1, 3, config.embedding_size]), tf.ones<tf.Rank.R2>([1, 3], 'int32')];
      const plain = createPlainExecutor(config, weights);
      const [actual, expected] = [(await executor.encode(x, mask)).hidden, (await plain.encode(x, mask)).hidden];
      expect(maxAbsDiff(await actual.data(), await expected.data())).toBeLessThan(1e-4);
      plain.dispose();
      tf.dispose([x, mask, actual, expected]);
    }
    for (const executor of executors) executor.dispose();
  });

  it('refuses a precision the backend does not have', async () => {
    const refused = selectBackend({ backend: 'cpu', precision: 'f16' });
    await expect(refused).rejects.toThrow(NoBackendError);
    await expect(refused).rejects.toThrow(/has no precision f16/u);
  });

  it("passes on what the model's files fail with: another backend could not read them either", async () => {
    const storedAs = Promise.reject(new RangeError('no such model'));
    const refused = selectBackend({ backend, wasmFiles: testWasmFiles(), probeTimeout: 60_000, storedAs });
    await expect(refused).rejects.toThrow(RangeError);
  });

  it('stops for an aborted signal', async () => {
    await expect(selectBackend({ backend: 'cpu', signal: AbortSignal.abort() })).rejects.toThrow(/abort/iu);
  });
});

describe('selfCheck', () => {
  const plain: StartedBackend = {
    description: 'a backend',
    precisions: ['f32'],
    createExecutor: (config, weights) => Promise.resolve(createPlainExecutor(config, weights)),
  };

  it('leaves no tensor behind', async () => {
    await tf.setBackend('cpu');
    const { numTensors } = tf.memory();
    await selfCheck(plain, 'f32');
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it.each([
    ['slightly wrong numbers', (value: number) => value * 1.01],
    ['NaN', () => NaN],
  ])('refuses %s', async (_, spoil) => {
    await tf.setBackend('cpu');
    const spoilt: StartedBackend = {
      ...plain,
      async createExecutor(config, weights, precision) {
        const executor = await plain.createExecutor(config, weights, precision);
        return {
          ...executor,
          async encode(embedded, mask, options) {
            const { hidden } = await executor.encode(embedded, mask, options);
            const values = Float32Array.from(await hidden.data(), spoil);
            const { shape } = hidden;
            hidden.dispose();
            return { hidden: tf.tensor3d(values, shape) };
          },
        };
      },
    };
    await expect(selfCheck(spoilt, 'f32')).rejects.toThrow(BackendUnavailableError);
  });
});
