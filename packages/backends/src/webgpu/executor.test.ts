import type { AlbertConfig, EncodeOptions, EncoderExecutor, WeightReader } from '@albert-web/core';
import {
  activationNames,
  checkFinite,
  defaultConfig,
  encoderWeights,
  modelWeights,
  NonFiniteWeightError,
  paperSizes,
} from '@albert-web/core';
import { plainWeights, seededRandom } from '@albert-web/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { int4Weights } from '../testing/int4-weights.ts';
import { attentionProgram } from './attention/program.ts';
import type { WebgpuDevice } from './device.ts';
import { registerDevice, requestDevice } from './device.ts';
import { embedProgram } from './embed/program.ts';
import { matrixStorages } from './encoder-matrices.ts';
import { compileWebgpuKernels, composeWebgpu, createWebgpuExecutor } from './executor.ts';
import { BatchTooLargeError } from './errors.ts';
import { KernelSource } from './kernels.ts';
import { matmulProgram } from './matmul/program.ts';
import { weightStorages, type WeightStorage } from './matmul/weight-storage.ts';
import { tilesFor } from './matmul/tiles.ts';
import { nodeGpu } from './node.ts';
import { compile } from './pipelines.ts';
import type { GpuCounts } from './testing/counting.ts';
import { difference, startCounting } from './testing/counting.ts';

const gpu = await nodeGpu(['backend=null']).catch(() => undefined);

/**
 * Dawn's null backend validates every shader and command like a browser, but computes nothing. So the cost of a call can be
 * counted at real sizes, and half-precision shaders can be compiled, on any machine.
 */
describe.skipIf(!gpu)('ALBERT-base on a device that only validates (needs the package webgpu)', () => {
  const config: AlbertConfig = { ...defaultConfig, ...paperSizes.base, vocab_size: 100 };
  const { embedding_size: embedding } = config;
  const zeros = [...modelWeights(config, 'sequence_classification'), ...modelWeights(config, 'question_answering')].map(
    ({ name, shape }) => {
      const size = shape.reduce((product, side) => product * side, 1);
      return [name, { shape, values: new Float32Array(size) }] as const;
    },
  );
  const weights = plainWeights(new Map(zeros));
  let opened: WebgpuDevice;
  let counts: GpuCounts;

  beforeAll(async () => {
    opened = await requestDevice({ gpu });
    counts = startCounting(opened.device);
    await registerDevice(opened);
    await tf.setBackend('webgpu');
  });
  afterAll(() => opened.destroy());

  /** Makes one call as inference does: inputs and mask from the CPU, and the output disposed. */
  const run = async (
    executor: EncoderExecutor,
    batch: number,
    length: number,
    options?: EncodeOptions,
  ): Promise<void> => {
    const embedded = tf.tensor3d(new Float32Array(batch * length * embedding), [batch, length, embedding]);
    const mask = tf.tensor2d(new Int32Array(batch * length).fill(1), [batch, length], 'int32');
    const { hidden } = await executor.encode(embedded, mask, options);
    tf.dispose([embedded, mask, hidden]);
  };

  it.each(['f32', 'f16', 'q8'] as const)('costs five dispatches per layer and one submit in %s', async (precision) => {
    using executor = await createWebgpuExecutor(config, weights, { precision });
    await run(executor, 1, 128);
    const before = { ...counts };
    await run(executor, 1, 128);
    expect(difference(before, counts)).toEqual({
      // Five per layer, the mapping before them and the output after them; the promised limit is 6 x layers + 8.
      dispatches: 5 * 12 + 2,
      passes: 1,
      submits: 1,
      // The embedded tokens, their mask and the two sizes of the call.
      writes: 3,
      bytesWritten: 4 * 128 * (embedding + 1) + 12,
      buffersCreated: 0,
      bytesAlive: 0,
      bindGroupsCreated: 0,
      pipelinesCreated: 0,
      bytesWritable: expect.any(Number),
    });
    opened.health.check();
  });

  it.each(['sequence_classification', 'question_answering'] as const)(
    'goes from token ids to the logits on the host in one submit, with the head %s',
    async (head) => {
      const executor = await createWebgpuExecutor(config, weights);
      const model = composeWebgpu(executor, { config, head, weights });
      const answer = async (batch: number, length: number): Promise<void> => {
        const inputIds = Array.from({ length: batch }, () => new Int32Array(length).fill(5));
        await model.run({ inputIds });
      };
      await answer(2, 128);
      const before = { ...counts };
      await answer(2, 128);
      const pooled = head === 'sequence_classification';
      expect(difference(before, counts)).toEqual({
        // Embeddings and mapping before the layers; after them the output, the pooler if there is one, and the classifier.
        dispatches: 2 + 5 * 12 + (pooled ? 3 : 2),
        passes: 1,
        submits: 1,
        // Mask, word, type and position of every token; sizes of the call, and of its last layer.
        writes: pooled ? 3 : 2,
        bytesWritten: 16 * 2 * 128 + (pooled ? 24 : 12),
        buffersCreated: 0,
        bytesAlive: 0,
        bindGroupsCreated: 0,
        pipelinesCreated: 0,
        bytesWritable: expect.any(Number),
      });
      opened.health.check();
    },
  );

  it.each(Object.keys(weightStorages) as WeightStorage[])(
    'compiles every product in every tile that fits on all devices, in %s',
    async (storage) => {
      const kinds = [
        ...(['linear', ...activationNames] as const).flatMap((finish) =>
          (['tensor', 'buffer', 'normalized'] as const).map((input) => ({ input, finish })),
        ),
        { input: 'buffer', finish: 'residual' },
        { input: 'buffer', finish: 'residual-normalized' },
      ] as const;
      for (const tile of tilesFor(opened.device.limits, false)) {
        for (const kind of kinds) await compile(opened.device, matmulProgram(kind, storage, tile));
      }
      opened.health.check();
    },
  );

  it.each(['f32', 'f16', 'q8', 'q4'] as const)('compiles embeddings of words in %s', async (storage) => {
    await compile(opened.device, embedProgram(storage));
    opened.health.check();
  });

  it('compiles attention that reduces within subgroups', async () => {
    for (const headSize of [12, 64]) {
      const program = attentionProgram(headSize, { queries: 16, keys: 16 }, { columnThreads: 16, bySubgroup: true });
      await compile(opened.device, program);
    }
  });

  it('tunes in the background and continues with the fastest tiles', async () => {
    const storages = matrixStorages(config, () => false, () => 'f32'); // prettier-ignore
    const kernels = new KernelSource(opened.device, config, storages, tilesFor(opened.device.limits, false));
    const before = await kernels.for(64);
    await kernels.tune(64);
    const after = await kernels.for(64);
    expect(Object.keys(after.products)).toEqual(Object.keys(before.products));
    const measured = { ...counts };
    await kernels.tune(50);
    expect(difference(measured, counts).submits).toBe(0);
  });

  it('compiles nothing for a new length close to earlier ones, and allocates by doubling', async () => {
    using executor = await createWebgpuExecutor(config, weights);
    const lengths = Array.from({ length: 60 }, (_, i) => 5 + 8 * i);
    for (const length of [16, 32, 64, 128, 256, 512]) await executor.prepare(length);
    const before = { ...counts };
    for (const length of lengths) await run(executor, 1, length);
    const spent = difference(before, counts);
    expect(spent.pipelinesCreated).toBe(0);
    // Eight scratch buffers, six or seven doublings, and tfjs's own output buffer for every length.
    expect(spent.buffersCreated - lengths.length).toBeLessThanOrEqual(8 * 8);
  });

  it('writes little more to GPU memory than the activations that it must', async ({ annotate }) => {
    using executor = await createWebgpuExecutor(config, weights);
    const written = async (depth: number): Promise<number> => {
      const before = counts.bytesWritable;
      await run(executor, 1, 128, { depth });
      return counts.bytesWritable - before;
    };
    // The first call sizes the buffers. The bytes bound for writing are an upper bound of the bytes written.
    const layer = (await written(3)) - (await written(2));
    // Query, key and value; context; output of attention; inner rows of the feed-forward; its output.
    const mustMove = 4 * 128 * (3 + 1 + 1 + 4 + 1) * config.hidden_size;
    await annotate(
      `at most ${layer} bytes per layer, ${(layer / mustMove).toFixed(3)} of the ${mustMove} that must be written`,
    );
    expect(layer / mustMove).toBeLessThan(1.3);
  });

  it('uses little more memory than its weights and the activations of one layer', async () => {
    using executor = await createWebgpuExecutor(config, weights);
    await run(executor, 1, 128);
    const activations = 4 * 128 * (3 + 1 + 1 + 4 + 1) * config.hidden_size;
    const stored = encoderWeights(config).reduce((sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0);
    expect(executor.memoryBytes / (stored + activations)).toBeLessThan(1.2);
    using half = await createWebgpuExecutor(config, weights, { precision: 'f16' });
    expect(half.memoryBytes / executor.memoryBytes).toBeLessThan(0.55);
  });

  it('keeps 4-bit weights in little more memory than their file, with kernels compiled ahead and no extra dispatch', async ({
    annotate,
  }) => {
    const fourBits = { ...config, hidden_size: 256, num_attention_heads: 4, intermediate_size: 1024 };
    const { stored, fileBytes } = int4Weights(encoderWeights(fourBits), seededRandom(3));
    await compileWebgpuKernels(fourBits, 'encoder', 'q8', 'q4');
    const before = { ...counts };
    using executor = await createWebgpuExecutor(fourBits, stored, { precision: 'q8' });
    const share = executor.memoryBytes / fileBytes;
    await annotate(`${share.toFixed(3)} times the file`);
    expect(share).toBeLessThan(1.2);
    await run(executor, 1, 32);
    expect(difference(before, counts)).toMatchObject({ pipelinesCreated: 0, dispatches: 5 * 12 + 2, submits: 1 });
  });

  it('keeps GPU memory flat over 100 calls, and when disposed and created again', async () => {
    const before = counts.bytesAlive;
    const live: number[] = [];
    for (let round = 0; round < 3; round++) {
      const executor = await createWebgpuExecutor(config, weights, { precision: 'q8' });
      await run(executor, 2, 31);
      const first = counts.bytesAlive;
      for (let call = 0; call < 100; call++) await run(executor, 2, 31);
      expect(counts.bytesAlive).toBe(first);
      executor.dispose();
      live.push(counts.bytesAlive - before);
    }
    // Only tfjs's pool stays: one output buffer, the same each round.
    expect(new Set(live).size).toBe(1);
    expect(live[0]).toBeLessThanOrEqual(4 * 62 * config.hidden_size);
  });

  it('compiles before it has the weights, and frees its memory if they are broken', async () => {
    const wider = { ...config, num_attention_heads: 8, architectures: ['AlbertForSequenceClassification'] };
    await compileWebgpuKernels(wider, 'sequence_classification', 'f32', 'f32');
    const { pipelinesCreated, bytesAlive } = counts;
    const model = composeWebgpu(await createWebgpuExecutor(wider, weights), {
      config: wider,
      head: 'sequence_classification',
      weights,
    });
    for (const length of [10, 20, 40]) {
      await model.run({ inputIds: [new Int32Array(length)] });
    }
    model.dispose();
    expect(counts).toMatchObject({ pipelinesCreated, bytesAlive });
    const broken: WeightReader = {
      ...weights,
      float32(name) {
        if (name.includes('ffn_output')) checkFinite(name, Float32Array.of(NaN));
        return weights.float32(name);
      },
    };
    await expect(createWebgpuExecutor(wider, broken)).rejects.toThrow(NonFiniteWeightError);
    expect(counts).toMatchObject({ pipelinesCreated, bytesAlive });
  });

  it('rejects a batch that does not fit into a buffer, and still works afterwards', async () => {
    using executor = await createWebgpuExecutor(config, weights);
    const rows = Math.ceil(opened.device.limits.maxStorageBufferBindingSize / 4 / config.intermediate_size) + 1;
    const embedded = tf.zeros<tf.Rank.R3>([rows, 1, embedding]);
    const mask = tf.ones<tf.Rank.R2>([rows, 1]);
    await expect(executor.encode(embedded, mask)).rejects.toThrow(BatchTooLargeError);
    tf.dispose([embedded, mask]);
    await run(executor, 1, 4);
  });

  it('says what is wrong with its inputs', async () => {
    using executor = await createWebgpuExecutor(config, weights);
    const embedded = tf.zeros<tf.Rank.R3>([1, 4, embedding]);
    const mask = tf.ones<tf.Rank.R2>([1, 5]);
    await expect(executor.encode(embedded, mask)).rejects.toThrow(/\[1, 4, 128\] and mask \[1, 5\]/u);
    const fitting = tf.ones<tf.Rank.R2>([1, 4]);
    await expect(executor.encode(embedded, fitting, { depth: 13 })).rejects.toThrow(/depth <= 12/u);
    tf.dispose([embedded, mask, fitting]);
  });
});
