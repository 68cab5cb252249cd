/**
 * The peak memory of loading a model. Every array and all WebAssembly memory counts until it is freed explicitly: uncollected
 * garbage is memory, too, and a phone's browser kills a page that uses too much.
 */
import { openModel, quantizeCheckpoint, writeShardedCheckpoint, type StoredTensor } from '@albert-web/checkpoints';
import { modelWeights } from '@albert-web/core';
import { defaultConfig, type AlbertConfig } from '@albert-web/core/spec';
import { seededRandom } from '@albert-web/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { openInference } from './open.ts';

const sizesOf = (hidden: number): Partial<AlbertConfig> => ({
  hidden_size: hidden,
  intermediate_size: 4 * hidden,
  num_attention_heads: hidden / 64,
});

afterEach(() => vi.restoreAllMocks());

it.each([
  ['q8', 512, 1.5],
  ['f32', 256, 1.5],
  // 4-bit weights are int8 in memory, which takes 1.8 times the size of their files.
  ['q4', 320, 2.5],
] as const)(
  'peak memory for weights in %s, %d wide, is less than %d times the weights',
  async (stored, hidden, limit) => {
    const least = await measureLoad(sizesOf(64), stored);
    const most = await measureLoad(sizesOf(hidden), stored);
    expect(most.weights).toBeGreaterThan(10 * least.weights);
    // The difference excludes what every load takes, such as the self-check of the backend.
    expect((most.peak - least.peak) / (most.weights - least.weights)).toBeLessThan(limit);
  },
);

/** Returns the bytes of the weights' files, and of the memory at the peak of loading them. */
async function measureLoad(sizes: Partial<AlbertConfig>, stored: 'q8' | 'q4' | 'f32') {
  const config = {
    ...defaultConfig,
    vocab_size: 500,
    embedding_size: 32,
    max_position_embeddings: 64,
    num_hidden_layers: 2,
    ...sizes,
  };
  const files = await filesOf(config, stored);
  const weights = files.reduce((sum, { size }) => sum + size, 0);
  using meter = startMeter();
  const model = await openModel(files);
  const { executor } = await openInference(model, {
    backend: 'wasm',
    threads: 1,
    precision: stored === 'f32' ? 'f32' : 'q8',
  });
  executor.dispose();
  return { weights, peak: meter.peak() };
}

/** Makes a model with random weights, in shards smaller than its matrices. */
async function filesOf(config: AlbertConfig, stored: 'q8' | 'q4' | 'f32'): Promise<File[]> {
  const random = seededRandom(1);
  const tensors = modelWeights(config, 'base').map(({ name, shape }): StoredTensor => {
    const values = Float32Array.from(
      { length: shape.reduce((size, side) => size * side, 1) },
      () => (random.uniform() - 0.5) / 10,
    );
    return { name, shape, dtype: 'F32', bytes: new Uint8Array(values.buffer) };
  });
  const checkpoint = { tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])), metadata: {} };
  const shards = await writeShardedCheckpoint(quantizeCheckpoint(checkpoint, stored).checkpoint, { maxBytes: 2 ** 17 });
  return [
    new File([JSON.stringify({ ...config, architectures: ['AlbertModel'] })], 'config.json'),
    ...shards.map(({ path, bytes }) => new File([bytes], path)),
  ];
}

/** Smaller arrays are allocated in large numbers, and are not counted. */
const leastBytes = 4096;

const countedArrays = [
  'ArrayBuffer',
  'Float32Array',
  'Float64Array',
  'Int8Array',
  'Int16Array',
  'Int32Array',
  'Uint8Array',
  'Uint16Array',
] as const;

/** Counts the memory that is allocated from now on. */
function startMeter() {
  const buffers = new Set<ArrayBufferLike>();
  const memories = new Set<WebAssembly.Memory>();
  let peak = 0;
  const count = (): void => {
    const arrays = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);
    peak = Math.max(
      peak,
      [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, arrays),
    );
  };
  const add = (buffer: ArrayBufferLike): void => {
    if (buffer.byteLength < leastBytes) return;
    buffers.add(buffer);
    count();
  };
  for (const name of countedArrays) {
    vi.stubGlobal(
      name,
      new Proxy(globalThis[name], {
        construct(target, args: unknown[], newTarget) {
          const made = Reflect.construct(target, args, newTarget) as ArrayBufferLike | ArrayBufferView;
          if (!isBuffer(args[0])) add('buffer' in made ? made.buffer : made);
          return made;
        },
      }),
    );
  }
  afterCalls(Object.getPrototypeOf(Uint8Array.prototype) as object, 'slice', (_, made) =>
    add((made as ArrayBufferView).buffer),
  );
  afterCalls(WebAssembly.Memory.prototype, 'grow', (memory) => {
    memories.add(memory as WebAssembly.Memory);
    count();
  });
  const restoreTransfer = addTransfer();
  return {
    peak: () => peak,
    [Symbol.dispose]() {
      restoreTransfer();
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
    },
  };
}

/** Calls `tell` after each call of a method, with its `this` and its result. */
function afterCalls(prototype: object, name: string, tell: (self: unknown, result: unknown) => void): void {
  const methods = prototype as Record<string, (this: unknown, ...args: unknown[]) => unknown>;
  const method = methods[name];
  vi.spyOn(methods, name).mockImplementation(function (this: unknown, ...args) {
    const result = method?.apply(this, args);
    tell(this, result);
    return result;
  });
}

/** Whether a value is a buffer, so that an array made from it is a view. */
function isBuffer(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'byteLength' in value && !ArrayBuffer.isView(value);
}

/** Adds `ArrayBuffer.transfer` in Node 20, as far as it frees a buffer. @returns a function that removes it */
function addTransfer(): () => void {
  const { prototype } = ArrayBuffer;
  if ('transfer' in prototype) return () => undefined;
  Object.defineProperty(prototype, 'transfer', {
    configurable: true,
    value(this: ArrayBuffer) {
      structuredClone(this, { transfer: [this] });
    },
  });
  return () => Reflect.deleteProperty(prototype, 'transfer');
}
