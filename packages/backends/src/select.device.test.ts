import * as tf from '@tensorflow/tfjs-core';
import { backendUnderTest } from '@albert-web/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createPlainExecutor } from '@albert-web/core';
import { BackendUnavailableError, NoBackendError, selectBackend } from './index.ts';
import type { StartedBackend } from './driver.ts';
import { selfCheck } from './self-check/self-check.ts';
import { testWasmFiles } from '@albert-web/testing';

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
    // No machine that runs these tests has a GPU of its own: both GPU backends must be refused, each with a reason.
    expect(choice.chosen).toBe('wasm');
    expect(choice.rejected.map((rejection) => rejection.backend)).toEqual(['webgpu', 'webgl']);
    for (const { why } of choice.rejected) expect(why.length).toBeGreaterThan(20);
  });

  it('refuses a precision the backend does not have', async () => {
    const refused = selectBackend({ backend: 'cpu', precision: 'f16' });
    await expect(refused).rejects.toThrow(NoBackendError);
    await expect(refused).rejects.toThrow(/has no precision f16/u);
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
