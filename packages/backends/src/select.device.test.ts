import * as tf from '@tensorflow/tfjs-core';
import { backendUnderTest, maxAbsDiff, randomWeights, seededRandom, testWasmFiles } from '@albert-web/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import '@tensorflow/tfjs-backend-cpu';
import {
  backendNames,
  composeExecutor,
  createPlainExecutor,
  defaultConfig,
  int4GroupSize,
  modelWeights,
  paperSizes,
  storedFormatNames,
  TfjsBackend,
  type AlbertConfig,
  type Head,
  type ModelExecutor,
  type StoredFormat,
  type WeightReader,
} from '@albert-web/core';
import { BackendUnavailableError, NoBackendError, selectBackend, workersEnded, type BackendChoice } from './index.ts';
import { smallConfig } from './testing/cases.ts';
import { isSoftwareRenderer } from './software.ts';
import type { BackendDriver, StartedBackend } from './driver.ts';
import { drivers } from './drivers/index.ts';
import { probeWeights } from './self-check/probe-model.ts';
import { selfCheck } from './self-check/self-check.ts';

const backend = backendUnderTest();

afterEach(() => vi.restoreAllMocks());

describe('selectBackend', () => {
  it("starts the requested backend, which passes the self-check, and does not change tfjs's current one", async () => {
    await tf.setBackend('cpu');
    const current = tf.getBackend();
    const choice = await selectBackend({ backend, wasmFiles: testWasmFiles(), probeTimeout: 60_000 });
    expect(choice.chosen).toBe(backend);
    expect(choice.started.description).not.toBe('');
    expect(tf.getBackend()).toBe(current);
    expect(choice.rejected).toEqual([]);
  });

  it('says why a backend was rejected', async () => {
    const choice = await selectBackend({ wasmFiles: testWasmFiles(), probeTimeout: 60_000 });
    // On any machine, all backends before the chosen one are rejected, and an emulated GPU is not chosen.
    expect(choice.rejected.map((rejection) => rejection.backend)).toEqual(
      backendNames.slice(0, backendNames.indexOf(choice.chosen)),
    );
    expect(choice.chosen).not.toBe('cpu');
    expect(isSoftwareRenderer(choice.started.description)).toBe(false);
    for (const { why } of choice.rejected) expect(why.length).toBeGreaterThan(20);
  });

  it('says that all workers have ended only after selections whose caller has given up', async () => {
    let fail: (error: Error) => void = () => undefined;
    const starting = new Promise<StartedBackend>((_resolve, reject) => {
      fail = reject;
    });
    vi.spyOn(drivers, backend).mockResolvedValue({ name: backend, start: () => starting });
    const selecting = selectBackend({ backend });
    const ended = vi.fn<() => void>();
    const ending = workersEnded().then(ended);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ended).not.toHaveBeenCalled();
    fail(new Error('no such GPU'));
    await expect(selecting).rejects.toThrow(NoBackendError);
    await ending;
  });

  it('lets models coexist, whether they start together or later', async () => {
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

  it('rejects a precision that the backend does not have', async () => {
    const refused = selectBackend({ backend: 'cpu', precision: 'f16' });
    await expect(refused).rejects.toThrow(NoBackendError);
    await expect(refused).rejects.toThrow(/has no precision f16/u);
  });

  it("passes on errors of the model's files: another backend could not read them either", async () => {
    for (const unread of ['storedAs', 'model'] as const) {
      const failed = { [unread]: Promise.reject(new RangeError('no such model')) };
      const refused = selectBackend({ backend, wasmFiles: testWasmFiles(), probeTimeout: 60_000, ...failed });
      await expect(refused).rejects.toThrow(RangeError);
    }
  });

  // In Node, the WebAssembly module is what multiplies 4-bit weights.
  it.runIf(backend !== 'webgl')('falls back if 4-bit products are wrong, even if int8 products are right', async () => {
    const real = await drivers[backend === 'webgpu' ? 'webgpu' : 'wasm']();
    const broken: BackendDriver = {
      ...real,
      async start(settings, _, timedOut) {
        const started = await real.start(settings, true, timedOut);
        return {
          description: started.description,
          precisions: started.precisions,
          createExecutor: (model) => started.createExecutor({ ...model, weights: withHalvesSwapped(model.weights) }),
        };
      },
    };
    vi.spyOn(drivers, 'webgl').mockResolvedValue(broken);
    const choose = (storedAs: StoredFormat): Promise<BackendChoice> =>
      selectBackend({
        backend: ['webgl', 'cpu'],
        wasmFiles: testWasmFiles(),
        probeTimeout: 60_000,
        storedAs: Promise.resolve(storedAs),
        model: Promise.resolve({ config: { ...defaultConfig, ...paperSizes.xxlarge }, head: 'base' }),
      });
    expect(await choose('q8')).toMatchObject({ chosen: 'webgl', precision: 'q8', rejected: [] });
    const { chosen, rejected } = await choose('q4');
    expect(chosen).toBe('cpu');
    expect(rejected).toHaveLength(1);
    expect(rejected[0]?.why).toMatch(/computes wrong numbers: off by .* in q8 with weights in q4/u);
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

  const inF32 = { precision: 'f32', storedAs: 'f32' } as const;

  it.each(storedFormatNames)('passes in every precision with weights in %s', async (storedAs) => {
    const settings = { wasmFiles: testWasmFiles(), probeTimeout: 60_000 };
    const started = await (await drivers[backend]()).start(settings, true, new AbortController().signal);
    // Large enough for 4-bit weights to stay in 4 bits in memory.
    const config = { ...defaultConfig, ...paperSizes.xxlarge };
    for (const precision of started.precisions) await selfCheck(started, { precision, storedAs, config });
  });

  it('stores the same numbers in every format', () => {
    const name = 'encoder.albert_layer_groups.0.albert_layers.0.ffn_output.weight';
    const expected = probeWeights('f32').float32(name);
    const { values = [], scales: [scale = NaN] = [] } = probeWeights('q8').int8(name) ?? {};
    expect(
      maxAbsDiff(
        Float32Array.from(values, (value) => value * scale),
        expected,
      ),
    ).toBe(0);
    const { packed = [], scales = [] } = probeWeights('q4').int4(name) ?? {};
    const halves = Array.from(packed).flatMap((byte) => [byte & 15, byte >> 4]);
    const groups = halves.map((half, i) => (half - 8) * (scales[Math.floor(i / int4GroupSize)] ?? NaN));
    expect(maxAbsDiff(groups, expected)).toBe(0);
  });

  it('leaves no tensor behind', async () => {
    const { numTensors } = tf.memory();
    await selfCheck(plain, inF32);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it.each([
    ['slightly wrong numbers', (value: number) => value * 1.01],
    ['NaN', () => NaN],
  ])('rejects %s', async (_, spoil) => {
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
    await expect(selfCheck(spoilt, inF32)).rejects.toThrow(BackendUnavailableError);
  });
});

/** Returns the weights as a kernel would read them that confuses the halves of a byte. */
function withHalvesSwapped(weights: WeightReader): WeightReader {
  return {
    ...weights,
    int4(name) {
      const stored = weights.int4(name);
      return stored && { ...stored, packed: stored.packed.map((byte) => (byte >> 4) | (byte << 4)) };
    },
  };
}

/** Returns a model on tfjs's plain JavaScript backend, which needs no GPU and no module. */
function plainModel(config: AlbertConfig, head: Head, weights: WeightReader): ModelExecutor {
  const on = new TfjsBackend('cpu');
  return composeExecutor(config, head, weights, createPlainExecutor(config, weights, on), { on });
}
