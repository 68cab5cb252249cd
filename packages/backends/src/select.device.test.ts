import * as tf from '@tensorflow/tfjs-core';
import { backendUnderTest, maxAbsDiff, randomWeights, seededRandom, testWasmFiles } from '@albert-web/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import '@tensorflow/tfjs-backend-cpu';
import {
  backendNames,
  composeExecutor,
  createPlainExecutor,
  modelWeights,
  TfjsBackend,
  type AlbertConfig,
  type Head,
  type ModelExecutor,
  type WeightReader,
} from '@albert-web/core';
import { BackendUnavailableError, NoBackendError, selectBackend } from './index.ts';
import { smallConfig } from './testing/cases.ts';
import { isSoftwareRenderer } from './software.ts';
import type { StartedBackend } from './driver.ts';
import { selfCheck } from './self-check/self-check.ts';

const backend = backendUnderTest();

afterEach(() => vi.restoreAllMocks());

describe('selectBackend', () => {
  it('starts the backend that is asked for, which passes the self-check, and leaves the current one of tfjs alone', async () => {
    await tf.setBackend('cpu');
    const current = tf.getBackend();
    const choice = await selectBackend({ backend, wasmFiles: testWasmFiles(), probeTimeout: 60_000 });
    expect(choice.chosen).toBe(backend);
    expect(choice.started.description).not.toBe('');
    expect(tf.getBackend()).toBe(current);
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
    const head = 'base';
    const weights = randomWeights(modelWeights(config, head), seededRandom(5), 0.1);
    const start = async (): Promise<ModelExecutor> => {
      const { started } = await selectBackend({ backend, wasmFiles: testWasmFiles(), probeTimeout: 60_000 });
      return started.createExecutor({ config, head, weights, precision: 'f32' });
    };
    const executors = [...(await Promise.all([start(), start()])), await start()];
    const plain = plainModel(config, head, weights);
    const inputs = { inputIds: [[3, 4, 5]] };
    const expected = (await plain.run(inputs)).outputs;
    for (const executor of executors) {
      expect(executor.backend).toBe(backend);
      const { outputs } = await executor.run(inputs);
      for (const [name, { values }] of Object.entries(expected)) {
        expect(maxAbsDiff(outputs[name]?.values ?? [], values), name).toBeLessThan(1e-4);
      }
    }
    for (const executor of [plain, ...executors]) executor.dispose();
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
    createExecutor: ({ config, head, weights }) => Promise.resolve(plainModel(config, head, weights)),
  };

  it('leaves no tensor behind', async () => {
    const { numTensors } = tf.memory();
    await selfCheck(plain, 'f32');
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it.each([
    ['slightly wrong numbers', (value: number) => value * 1.01],
    ['NaN', () => NaN],
  ])('refuses %s', async (_, spoil) => {
    const spoilt: StartedBackend = {
      ...plain,
      async createExecutor(model) {
        const executor = await plain.createExecutor(model);
        return {
          ...executor,
          async run(inputs, request) {
            const { outputs } = await executor.run(inputs, request);
            const entries = Object.entries(outputs).map(
              ([name, { shape, values }]) => [name, { shape, values: values.map(spoil) }] as const,
            );
            return { outputs: Object.fromEntries(entries) };
          },
          dispose: () => executor.dispose(),
        };
      },
    };
    await expect(selfCheck(spoilt, 'f32')).rejects.toThrow(BackendUnavailableError);
  });
});

/** The model that needs no GPU and no module, on tfjs's plain JavaScript backend. */
function plainModel(config: AlbertConfig, head: Head, weights: WeightReader): ModelExecutor {
  const on = new TfjsBackend('cpu');
  return composeExecutor(config, head, weights, createPlainExecutor(config, weights, on), { on });
}
