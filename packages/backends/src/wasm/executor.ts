/** The encoder behind our own WebAssembly module: packs weights at the start, then replays the layers for every call. */
import * as tf from '@tensorflow/tfjs-core';
import {
  headSize,
  readEncodeOptions,
  TfjsBackend,
  type AlbertConfig,
  type EncodeOptions,
  type EncoderExecutor,
  type EncoderOutput,
  type WeightReader,
} from '@albert-web/core';
import { DisposedError } from '@albert-web/errors';
import {
  attentionBlockBytes,
  jobKinds,
  passBytes,
  writeAttentionBlock,
  writePass,
  type AttentionBlockRecord,
  type PassRecord,
  type Simd,
} from '@albert-web/kernels';
import { layOut, type Arena, type Demand } from './arena.ts';
import { planBatch, type Part } from './batch.ts';
import { chooseDot, f32Dot, type Dot } from './dot.ts';
import { headPanelsOf, packEncoder, panelSize, panelsOf, type PackedEncoder } from './packing.ts';
import { Runtime, type RuntimeOptions } from './runtime.ts';
import { mayBlock } from './threads.ts';

export interface WasmOptions extends RuntimeOptions {
  /** `q8`: int8 weights, activations quantized to 8 bits token by token. */
  readonly precision: 'f32' | 'q8';
  /** The tfjs backend of its outputs. Default: the current one. */
  readonly on?: TfjsBackend;
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
 * @throws MissingTensorError, TensorShapeError, and what `weights` throws for damaged values
 */
export async function createWasmExecutor(
  config: AlbertConfig,
  weights: WeightReader,
  options: WasmOptions,
): Promise<WasmExecutor> {
  const runtime = await Runtime.start(options);
  try {
    const { simd, kernels, heap } = runtime;
    const dot = options.precision === 'q8' ? chooseDot(simd, kernels, heap) : f32Dot;
    const packed = packEncoder(config, weights, heap, dot);
    return new ModuleExecutor(config, options, runtime, dot, packed);
  } catch (error) {
    runtime.stop();
    throw error;
  }
}

/** Which layers a call runs. */
interface LayerRange extends Required<Pick<EncodeOptions, 'from' | 'depth' | 'rows'>> {
  readonly signal: AbortSignal | undefined;
}

/** What tells one pass from another. */
interface PassParts extends Arena, Pick<PassRecord, 'rows' | 'source' | 'sourceRows' | 'keyValues' | 'keyRows'> {
  readonly blocks: readonly AttentionBlockRecord[];
}

/** A pass that is written down at an address. */
interface Pass extends PassParts {
  readonly address: number;
}

/** Rows of a pass, and which rows of the output they become. */
type Places = Iterable<readonly [row: number, place: number]>;

/** `Activation` of assembly/inference/math.ts in `packages/kernels`. */
const activationCodes = { gelu_new: 1, gelu: 2, relu: 3 } as const;

class ModuleExecutor implements WasmExecutor {
  readonly backend = 'wasm';
  readonly precision: 'f32' | 'q8';
  readonly simd: Simd;
  readonly threads: number;
  readonly notes: readonly string[];
  readonly #config: AlbertConfig;
  readonly #on: TfjsBackend;
  /** Undefined after dispose: the memory goes with it. */
  #runtime: Runtime | undefined;
  readonly #dot: Dot;
  readonly #packed: PackedEncoder;
  /** Addresses of two pass records: of all rows, and of the first positions alone. */
  readonly #pass: number;
  readonly #firstPass: number;
  /** The heap's top under the arena. */
  readonly #arenaStart: number;
  #arena: { readonly demand: Demand; readonly layout: Arena } | undefined;
  /** Calls take turns: they share the arena. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(config: AlbertConfig, options: WasmOptions, runtime: Runtime, dot: Dot, packed: PackedEncoder) {
    this.#config = config;
    this.#on = options.on ?? new TfjsBackend();
    this.precision = options.precision;
    this.simd = runtime.simd;
    this.threads = runtime.threads;
    this.notes = runtime.notes;
    this.#runtime = runtime;
    this.#dot = dot;
    this.#packed = packed;
    this.#pass = runtime.heap.allocate(passBytes);
    this.#firstPass = runtime.heap.allocate(passBytes);
    this.#arenaStart = runtime.heap.top;
  }

  get memoryBytes(): number {
    return this.#runtime?.heap.bytes ?? 0;
  }

  /** @throws WasmCrashError, InvalidArgumentError, DisposedError, or the signal's reason */
  encode(embedded: tf.Tensor3D, mask: tf.Tensor2D, options: EncodeOptions = {}): Promise<EncoderOutput> {
    const turn = this.#turn.then(() => this.#encode(embedded, mask, options));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  dispose(): void {
    this.#runtime?.stop();
    this.#runtime = undefined;
  }

  async #encode(embedded: tf.Tensor3D, mask: tf.Tensor2D, options: EncodeOptions): Promise<EncoderOutput> {
    const [batch, length] = embedded.shape;
    const { hidden_size: width } = this.#config;
    this.#open();
    options.signal?.throwIfAborted();
    const { depth, from, rows, hiddenStates, padding } = readEncodeOptions(this.#config, options);
    const [values, tokens] = await Promise.all([embedded.data(), mask.data()]);
    const columns = rows === 'first' ? 1 : length;
    const states = Array.from(
      { length: hiddenStates ? depth - from + 1 : 1 },
      () => new Float32Array(batch * columns * width),
    );
    const parts = planBatch({
      batch,
      length,
      mask: tokens,
      headSize: headSize(this.#config),
      computePadding: padding === 'compute',
    });
    const layers = { from, depth, rows, signal: options.signal };
    for (const part of parts) await this.#runPart(part, values as Float32Array, layers, states);

    const shape: [number, number, number] = [batch, columns, width];
    const last = states.at(-1) ?? new Float32Array(0);
    const tensor = (values: Float32Array): tf.Tensor3D => this.#on.run(() => tf.tensor3d(values, shape));
    const hidden = tensor(last);
    if (!hiddenStates) return { hidden };
    return { hidden, hiddenStates: states.map((state) => tensor(state === last ? last.slice() : state)) };
  }

  /** Takes some sequences through the layers; `states` are the first one's input and every layer's output, or the last alone. */
  async #runPart(part: Part, values: Float32Array, range: LayerRange, states: readonly Float32Array[]): Promise<void> {
    const { from, depth, rows, signal } = range;
    const whole = this.#writePart(part, values, from);
    const keep = (layer: number): void => {
      const state = states.length > 1 ? states[layer - from] : layer === depth && states[0];
      if (state) this.#read(whole, part.positions.entries(), [state]);
    };
    if (from === 0) this.#do(jobKinds.mapEmbeddings, whole, this.#packed.mapping);
    else if (this.precision === 'q8') this.#do(jobKinds.quantizeHidden, whole, 0);
    if (rows === 'all') keep(from);
    for (let layer = from; layer < depth; layer++) {
      if (signal) {
        await nextTask();
        signal.throwIfAborted();
      }
      const inners = this.#packed.layers[layer] ?? [];
      if (rows === 'first' && layer === depth - 1) return this.#finishFirsts(part, whole, inners, states);
      for (const inner of inners) this.#do(jobKinds.runLayer, whole, inner);
      if (rows === 'all') keep(layer + 1);
    }
    if (rows === 'first') {
      const places: Places = part.firsts.map(({ row, sequence }) => [row, sequence]);
      this.#read(whole, places, states);
    }
  }

  /** The last hidden layer, its last inner layer for the first position of every sequence alone. */
  #finishFirsts(part: Part, whole: Pass, inners: readonly number[], states: readonly Float32Array[]): void {
    for (const inner of inners.slice(0, -1)) this.#do(jobKinds.runLayer, whole, inner);
    if (part.firsts.length === 0) return;
    const firsts = this.#writeFirsts(part, whole);
    for (const inner of inners.slice(-1)) this.#do(jobKinds.runLayer, firsts, inner);
    const places: Places = part.firsts.map(({ sequence }, row) => [row, sequence]);
    this.#read(firsts, places, states);
  }

  /** @throws DisposedError */
  #open(): Runtime {
    if (!this.#runtime) throw new DisposedError('the encoder');
    return this.#runtime;
  }

  #do(kind: number, { address }: Pass, weights: number): void {
    this.#open().run({ kind, pass: address, weights });
  }

  /** Writes the pass of all rows of a part: its record, its attention blocks, and what it starts from. */
  #writePart({ positions, blocks, longest, firsts }: Part, values: Float32Array, from: number): Pass {
    const { heap, kernels } = this.#open();
    const { embedding_size, hidden_size, num_attention_heads } = this.#config;
    const arena = this.#reserve({ rows: positions.length, firsts: firsts.length, keys: longest });
    const queryBytes = num_attention_heads * headPanelsOf(this.#config) * positions.length * panelSize * 4;
    const whole = this.#writePass(this.#pass, {
      ...arena,
      rows: positions.length,
      source: 0,
      sourceRows: 0,
      keyValues: arena.queries + queryBytes,
      keyRows: positions.length,
      blocks,
    });
    const width = from === 0 ? embedding_size : hidden_size;
    const rows = heap.float32(arena.exchange, positions.length * width);
    positions.forEach((position, row) =>
      rows.set(values.subarray(position * width, (position + 1) * width), row * width),
    );
    kernels.packRows(whole.address, arena.exchange, width, from === 0 ? arena.embedded : arena.hidden);
    return whole;
  }

  /** Writes the pass of the first positions, whose keys and values are those of the whole. */
  #writeFirsts({ firsts, blocks }: Part, whole: Pass): Pass {
    const { heap } = this.#open();
    heap.int32(whole.firstRows, firsts.length).set(firsts.map(({ row }) => row));
    return this.#writePass(this.#firstPass, {
      ...whole,
      rows: firsts.length,
      source: whole.address,
      sourceRows: whole.firstRows,
      hidden: whole.firstHidden,
      attentionBlocks: whole.attentionBlocks + blocks.length * attentionBlockBytes,
      blocks: firsts.map(({ firstKey, keys, scale }, row) => ({ firstQuery: row, queries: 1, firstKey, keys, scale })),
    });
  }

  /** Fills in what all passes have in common. */
  #writePass(address: number, parts: PassParts): Pass {
    const { heap, kernels, threads } = this.#open();
    const config = this.#config;
    const tiles = Math.ceil(parts.rows / this.#dot.tileRows);
    writePass(heap, address, {
      ...parts,
      tiles,
      tileHeight: Math.floor(parts.rows / tiles),
      tallTiles: parts.rows % tiles,
      heads: config.num_attention_heads,
      headPanels: headPanelsOf(config),
      hiddenSize: config.hidden_size,
      hiddenPanels: panelsOf(config.hidden_size),
      innerPanels: panelsOf(config.intermediate_size),
      activation: activationCodes[config.hidden_act],
      dot: this.#dot.code,
      leastActivation: kernels.leastActivation(this.#dot.code, 128),
      epsilon: config.layer_norm_eps,
      attentionBlockCount: parts.blocks.length,
      threads,
      callerSleeps: mayBlock() ? 1 : 0,
    });
    parts.blocks.forEach((block, index) =>
      writeAttentionBlock(heap, parts.attentionBlocks + index * attentionBlockBytes, block),
    );
    return { ...parts, address };
  }

  /** Copies hidden states out: row by row to its place in each of `states`. */
  #read({ address, rows, hidden, exchange }: Pass, places: Places, states: readonly Float32Array[]): void {
    const { heap, kernels } = this.#open();
    const width = this.#config.hidden_size;
    kernels.unpackRows(address, hidden, width, exchange);
    const values = heap.float32(exchange, rows * width);
    for (const [row, place] of places) {
      const value = values.subarray(row * width, (row + 1) * width);
      for (const state of states) state.set(value, place * width);
    }
  }

  /** The arena, laid out anew when a pass needs more than any before it. */
  #reserve(demand: Demand): Arena {
    const known = this.#arena;
    const larger = {
      rows: Math.max(demand.rows, known?.demand.rows ?? 0),
      firsts: Math.max(demand.firsts, known?.demand.firsts ?? 0),
      keys: Math.max(demand.keys, known?.demand.keys ?? 0),
    };
    if (known && Object.values(larger).join() === Object.values(known.demand).join()) return known.layout;
    const { heap, threads } = this.#open();
    heap.release(this.#arenaStart);
    const layout = layOut(heap, this.#config, this.#dot.activationBytes, threads, larger);
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
