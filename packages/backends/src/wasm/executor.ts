/** The encoder behind our own WebAssembly module: packs weights at the start, then replays the layers for every call. */
import * as tf from '@tensorflow/tfjs-core';
import {
  headSize,
  type AlbertConfig,
  type EncodeOptions,
  type EncoderExecutor,
  type EncoderOutput,
  type WeightReader,
} from '@albert-web/core';
import { DisposedError, messageOf } from '@albert-web/errors';
import { layOut, type Arena, type Demand } from './arena.ts';
import { planBatch, type Part } from './batch.ts';
import { chooseDot, f32Dot, type Dot } from './dot.ts';
import { hasThreads } from './features.ts';
import { Heap } from './heap.ts';
import {
  chooseSimd,
  compileBuild,
  createMemory,
  startKernels,
  type Kernels,
  type Simd,
  type WasmFiles,
} from './kernels.ts';
import { headPanelsOf, packEncoder, panelsOf, type PackedEncoder } from './packing.ts';
import {
  attentionBlockBytes,
  jobBytes,
  jobKinds,
  passBytes,
  writeAttentionBlock,
  writeJob,
  writePass,
} from './records.ts';
import { defaultThreadCount, mayBlock, startThreads, type Threads } from './threads.ts';

export interface WasmOptions {
  /** `q8`: int8 weights, activations quantised to 7 bits token by token. */
  readonly precision: 'f32' | 'q8';
  /** Threads to compute with, the caller's included. Default: up to 4 where memory can be shared, else 1. */
  readonly threads?: number;
  /** Default: `relaxed` where the engine has it. */
  readonly simd?: Simd;
  /** Where the `.wasm` builds are, when not beside this module. */
  readonly wasmFiles?: WasmFiles;
}

/** The executor with what it was started with. */
export interface WasmExecutor extends EncoderExecutor {
  readonly simd: Simd;
  readonly threads: number;
  /** What did not go as asked, for people: why fewer threads run. */
  readonly notes: readonly string[];
}

/**
 * @throws WasmStartError when the module cannot be loaded or the engine has no SIMD.
 * @throws MissingTensorError, TensorShapeError, NonFiniteWeightError
 */
export async function createWasmExecutor(
  config: AlbertConfig,
  weights: WeightReader,
  options: WasmOptions,
): Promise<WasmExecutor> {
  const runtime = await startRuntime(options);
  try {
    const { simd, kernels, heap } = runtime;
    const dot = options.precision === 'q8' ? chooseDot(simd, kernels, heap) : f32Dot;
    const packed = packEncoder(config, weights, heap, dot);
    return new ModuleExecutor(config, options.precision, runtime, dot, packed);
  } catch (error) {
    runtime.workers?.stop();
    throw error;
  }
}

/** A started module. */
interface Runtime {
  readonly simd: Simd;
  readonly heap: Heap;
  readonly kernels: Kernels;
  /** Address of the job record. */
  readonly job: number;
  readonly threads: number;
  readonly workers: Threads | undefined;
  readonly notes: readonly string[];
}

async function startRuntime(options: WasmOptions): Promise<Runtime> {
  const simd = options.simd ?? chooseSimd();
  const threads = options.threads ?? (hasThreads() ? await defaultThreadCount() : 1);
  if (threads <= 1) return startSingle(simd, options.wasmFiles, []);
  if (!hasThreads()) {
    const note = 'One thread only: memory cannot be shared here (a page needs COOP and COEP headers)';
    return startSingle(simd, options.wasmFiles, [note]);
  }
  try {
    return await startThreaded(simd, threads, options.wasmFiles);
  } catch (error) {
    return startSingle(simd, options.wasmFiles, [`One thread only: threads did not start (${messageOf(error)})`]);
  }
}

async function startSingle(simd: Simd, files: WasmFiles | undefined, notes: string[]): Promise<Runtime> {
  const memory = createMemory(false);
  const kernels = await startKernels(await compileBuild(simd, false, files), memory);
  const heap = new Heap(memory, kernels.heapStart());
  return { simd, heap, kernels, job: heap.allocate(jobBytes), threads: 1, workers: undefined, notes };
}

async function startThreaded(simd: Simd, threads: number, files: WasmFiles | undefined): Promise<Runtime> {
  const memory = createMemory(true);
  const module = await compileBuild(simd, true, files);
  const kernels = await startKernels(module, memory);
  const heap = new Heap(memory, kernels.heapStart());
  const job = heap.allocate(jobBytes);
  const workers = await startThreads(module, heap, job, threads - 1);
  return { simd, heap, kernels, job, threads, workers, notes: [] };
}

/** `Activation` of assembly/math.ts. */
const activationCodes = { gelu_new: 1, gelu: 2, relu: 3 } as const;

class ModuleExecutor implements WasmExecutor {
  readonly backend = 'wasm';
  readonly precision: 'f32' | 'q8';
  readonly simd: Simd;
  readonly threads: number;
  readonly notes: readonly string[];
  readonly #config: AlbertConfig;
  /** Undefined after dispose: the memory goes with it. */
  #runtime: Runtime | undefined;
  readonly #dot: Dot;
  readonly #packed: PackedEncoder;
  /** Address of the pass record. */
  readonly #pass: number;
  /** The heap's top under the arena. */
  readonly #arenaStart: number;
  #arena: { readonly demand: Demand; readonly layout: Arena } | undefined;
  /** Calls take turns: they share the arena. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(config: AlbertConfig, precision: 'f32' | 'q8', runtime: Runtime, dot: Dot, packed: PackedEncoder) {
    this.#config = config;
    this.precision = precision;
    this.simd = runtime.simd;
    this.threads = runtime.threads;
    this.notes = runtime.notes;
    this.#runtime = runtime;
    this.#dot = dot;
    this.#packed = packed;
    this.#pass = runtime.heap.allocate(passBytes);
    this.#arenaStart = runtime.heap.top;
  }

  get memoryBytes(): number {
    return this.#runtime?.heap.bytes ?? 0;
  }

  encode(embedded: tf.Tensor3D, mask: tf.Tensor2D, options: EncodeOptions = {}): Promise<EncoderOutput> {
    const turn = this.#turn.then(() => this.#encode(embedded, mask, options));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  dispose(): void {
    this.#runtime?.workers?.stop();
    this.#runtime = undefined;
  }

  async #encode(embedded: tf.Tensor3D, mask: tf.Tensor2D, options: EncodeOptions): Promise<EncoderOutput> {
    const [batch, length] = embedded.shape;
    const { hidden_size: width, num_hidden_layers: layers } = this.#config;
    this.#open();
    options.signal?.throwIfAborted();
    const [values, tokens] = await Promise.all([embedded.data(), mask.data()]);
    const depth = Math.min(options.depth ?? layers, layers);
    const states = Array.from(
      { length: options.hiddenStates ? depth + 1 : 1 },
      () => new Float32Array(batch * length * width),
    );
    const parts = planBatch({
      batch,
      length,
      mask: tokens,
      headSize: headSize(this.#config),
      computePadding: options.padding === 'compute',
    });
    for (const part of parts) await this.#runPart(part, values as Float32Array, depth, states, options.signal);

    const shape: [number, number, number] = [batch, length, width];
    const last = states.at(-1) ?? new Float32Array(0);
    const hidden = tf.tensor3d(last, shape);
    if (!options.hiddenStates) return { hidden };
    return { hidden, hiddenStates: states.map((state) => tf.tensor3d(state === last ? last.slice() : state, shape)) };
  }

  /** Takes some sequences through all layers; `states` are the mapped embeddings and every layer's output, or the last alone. */
  async #runPart(
    part: Part,
    values: Float32Array,
    depth: number,
    states: readonly Float32Array[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const everyLayer = states.length > 1;
    const keep = (layer: number): void => {
      const state = everyLayer ? states[layer] : states[0];
      if (state && (everyLayer || layer === depth)) this.#read(part, state);
    };
    this.#write(part, values);
    this.#do(jobKinds.mapEmbeddings, this.#packed.mapping);
    keep(0);
    for (const [index, inners] of this.#packed.layers.slice(0, depth).entries()) {
      if (signal) {
        await nextTask();
        signal.throwIfAborted();
      }
      for (const layer of inners) this.#do(jobKinds.runLayer, layer);
      keep(index + 1);
    }
  }

  /** @throws DisposedError */
  #open(): Runtime {
    if (!this.#runtime) throw new DisposedError('the encoder');
    return this.#runtime;
  }

  #do(kind: number, weights: number): void {
    const { heap, kernels, job } = this.#open();
    writeJob(heap, job, { kind, pass: this.#pass, weights });
    kernels.run(job);
  }

  /** Writes a part's pass record, its attention blocks and its rows of embeddings. */
  #write({ positions, blocks, longest }: Part, values: Float32Array): void {
    const { heap, kernels, threads } = this.#open();
    const config = this.#config;
    const arena = this.#reserve({ rows: positions.length, keys: longest, threads });
    const tiles = Math.ceil(positions.length / this.#dot.tileRows);
    writePass(heap, this.#pass, {
      ...arena,
      rows: positions.length,
      tiles,
      tileHeight: Math.floor(positions.length / tiles),
      tallTiles: positions.length % tiles,
      heads: config.num_attention_heads,
      headPanels: headPanelsOf(config),
      hiddenSize: config.hidden_size,
      hiddenPanels: panelsOf(config.hidden_size),
      innerPanels: panelsOf(config.intermediate_size),
      activation: activationCodes[config.hidden_act],
      dot: this.#dot.code,
      epsilon: config.layer_norm_eps,
      attentionBlockCount: blocks.length,
      threads,
      callerSleeps: mayBlock() ? 1 : 0,
    });
    blocks.forEach((block, index) =>
      writeAttentionBlock(heap, arena.attentionBlocks + index * attentionBlockBytes, block),
    );
    const width = config.embedding_size;
    const rows = heap.float32(arena.exchange, positions.length * width);
    positions.forEach((position, row) =>
      rows.set(values.subarray(position * width, (position + 1) * width), row * width),
    );
    kernels.packRows(this.#pass, arena.exchange, width, arena.embedded);
  }

  /** Puts a part's hidden state where it belongs in the batch. */
  #read({ positions }: Part, state: Float32Array): void {
    const { heap, kernels } = this.#open();
    const layout = this.#arena?.layout;
    if (!layout) return;
    const width = this.#config.hidden_size;
    kernels.unpackRows(this.#pass, layout.hidden, width, layout.exchange);
    const rows = heap.float32(layout.exchange, positions.length * width);
    positions.forEach((position, row) => state.set(rows.subarray(row * width, (row + 1) * width), position * width));
  }

  /** The arena, laid out anew when a pass needs more than any before it. */
  #reserve(demand: Demand): Arena {
    const known = this.#arena;
    if (known && demand.rows <= known.demand.rows && demand.keys <= known.demand.keys) return known.layout;
    const { heap } = this.#open();
    const larger = {
      rows: Math.max(demand.rows, known?.demand.rows ?? 0),
      keys: Math.max(demand.keys, known?.demand.keys ?? 0),
      threads: demand.threads,
    };
    heap.release(this.#arenaStart);
    const layout = layOut(heap, this.#config, this.#dot.activationBytes, larger);
    this.#arena = { demand: larger, layout };
    return layout;
  }
}

/** Lets events in, such as the one that aborts: promises alone would not. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });
}
