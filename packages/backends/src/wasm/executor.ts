/** Runs a model in our own WebAssembly module, from token ids to named outputs, without tfjs. */
import {
  checkInputs,
  checkWeights,
  createHostEmbeddings,
  embeddingWeights,
  encoderWeights,
  headChains,
  headWeights,
  maskOf,
  readRunRequest,
  sizesOf,
  type AlbertConfig,
  type FullRunRequest,
  type Head,
  type HostEmbeddings,
  type HostOutputs,
  type LayerWalk,
  type ModelExecutor,
  type Note,
  type PrecisionOf,
  type RawInputs,
  type RunRequest,
  type RunResult,
  type WalkRequest,
  type WeightReader,
} from '@albert-web/core';
import { InvalidArgumentError } from '@albert-web/errors';
import type { Simd } from '@albert-web/kernels';
import type { Part } from './batch.ts';
import { chooseDot } from './dot.ts';
import { ModuleEncoder } from './encoder.ts';
import { headWidths, packHead, type PackedChain } from './head.ts';
import { OutputCollector } from './outputs.ts';
import { packEncoder } from './packing.ts';
import { Runtime, type RuntimeOptions } from './runtime.ts';
import { ModuleWalk } from './walk.ts';

export interface WasmOptions extends RuntimeOptions {
  /** `q8`: int8 weights, and activations quantized to 8 bits per token. Embeddings and head compute in f32. */
  readonly precision: PrecisionOf<'wasm'>;
  /** Whether 4-bit weights of the encoder stay in 4 bits in memory. Default: if the model is large. */
  readonly fourBits?: boolean | undefined;
}

/** An executor with the settings it runs with. */
export interface WasmExecutor extends ModelExecutor {
  readonly simd: Simd;
  readonly threads: number;
  /** What differs from the request, such as why fewer threads run. */
  readonly notes: readonly Note[];
}

/**
 * Starts the module and packs the model's weights into its memory.
 *
 * @throws WasmStartError if the module cannot be loaded or the engine has no SIMD
 * @throws MissingTensorError, TensorShapeError, and what `weights` throws for damaged values
 */
export async function createWasmExecutor(
  config: AlbertConfig,
  head: Head,
  weights: WeightReader,
  options: WasmOptions,
): Promise<WasmExecutor> {
  checkWeights(embeddingWeights(config), weights);
  const runtime = await Runtime.start(options);
  try {
    const { simd, kernels, heap, threads, notes } = runtime;
    const dot = chooseDot(options.precision, simd, kernels, heap);
    const packed = packEncoder(config, weights, heap, dot, options.fourBits);
    const chains = packHead(config, head, headChains(head, config), weights, heap);
    const packedWeights = [...encoderWeights(config), ...headWeights(config, head)];
    const storedBytes = weights.release?.(packedWeights.map(({ name }) => name)) ?? 0;
    return new ModuleExecutor({
      config,
      precision: options.precision,
      simd,
      threads,
      notes,
      chains,
      storedBytes,
      embed: createHostEmbeddings(config, weights),
      encoder: new ModuleEncoder({
        config,
        runtime,
        dot,
        packed,
        headWidths: headWidths(config, headChains(head, config)),
      }),
    });
  } catch (error) {
    runtime.stop();
    throw error;
  }
}

interface Parts extends Pick<WasmExecutor, 'simd' | 'threads' | 'notes'> {
  readonly precision: PrecisionOf<'wasm'>;
  readonly config: AlbertConfig;
  readonly chains: readonly PackedChain[];
  /** Bytes of the stored embeddings; 0 if the reader does not own its memory. */
  readonly storedBytes: number;
  readonly embed: HostEmbeddings;
  readonly encoder: ModuleEncoder;
}

/** The output without a head. */
const [lastHiddenState] = headChains('encoder');

class ModuleExecutor implements WasmExecutor {
  readonly backend = 'wasm';
  readonly precision: PrecisionOf<'wasm'>;
  readonly simd: Simd;
  readonly threads: number;
  readonly notes: readonly Note[];
  readonly #parts: Parts;
  /** Calls run one at a time, because they share the arena. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: Parts) {
    this.precision = parts.precision;
    this.simd = parts.simd;
    this.threads = parts.threads;
    this.notes = parts.notes;
    this.#parts = parts;
  }

  get memoryBytes(): number {
    const { encoder, storedBytes } = this.#parts;
    return encoder.memoryBytes && encoder.memoryBytes + storedBytes;
  }

  async run(inputs: RawInputs, request?: RunRequest): Promise<RunResult> {
    const { config, encoder } = this.#parts;
    encoder.assertUsable();
    checkInputs(config, inputs);
    const full = readRunRequest(config, inputs, request);
    return this.#enqueue(() => this.#run(inputs, full));
  }

  walk(inputs: RawInputs, { depth, signal }: WalkRequest = {}): LayerWalk {
    const { config, encoder, embed, chains } = this.#parts;
    encoder.assertUsable();
    checkInputs(config, inputs);
    const { depth: lastDepth } = readRunRequest(config, inputs, { depth });
    if (lastDepth === 0) throw noLayersError();
    return new ModuleWalk({
      encoder,
      inputs,
      embedded: embed(inputs),
      lastDepth,
      firstAlone: readFirstAlone(chains),
      yieldToEventLoop: () => yieldToEventLoop(signal),
      enqueue: (work) => this.#enqueue(work),
      collect: (left, places) => new OutputCollector(config, chains, sizesOf(left), { places }),
    });
  }

  dispose(): void {
    this.#parts.encoder.dispose();
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #run(inputs: RawInputs, request: FullRunRequest): Promise<RunResult> {
    const { config, encoder, embed } = this.#parts;
    const { depths, choices, padding, positions, signal } = request;
    encoder.assertUsable();
    signal?.throwIfAborted();
    const { batch, length } = sizesOf(inputs);
    const chains = this.#chainsOf(request);
    const collect = (): OutputCollector =>
      new OutputCollector(config, chains, { batch, length, choices }, { positions });
    const last = collect();
    const atDepths = depths.map(collect);
    const embedded = embed(inputs);
    for (const part of encoder.plan(batch, length, maskOf(inputs), padding === 'compute')) {
      await this.#runPart(part, embedded, request, readFirstAlone(chains), last, atDepths);
    }
    const outputs = last.finish();
    return depths.length > 0 ? { outputs, atDepths: atDepths.map((each): HostOutputs => each.finish()) } : { outputs };
  }

  /** Runs the layers and the head for some sequences. */
  async #runPart(
    part: Part,
    embedded: Float32Array,
    { depth, depths, signal }: FullRunRequest,
    firstAlone: boolean,
    last: OutputCollector,
    atDepths: readonly OutputCollector[],
  ): Promise<void> {
    const { encoder } = this.#parts;
    const pass = encoder.begin(part, embedded);
    for (let layer = 0; ; layer++) {
      atDepths.forEach((each, index) => {
        if (depths[index] === layer) each.takePart(encoder, pass, part);
      });
      if (layer === depth) return last.takePart(encoder, pass, part);
      await yieldToEventLoop(signal);
      encoder.assertUsable();
      if (firstAlone && depths.length === 0 && layer === depth - 1) {
        if (part.firsts.length > 0) last.takeFirsts(encoder, encoder.runLayerForFirsts(pass, part, layer), part);
        return;
      }
      encoder.runLayer(pass, layer);
    }
  }

  #chainsOf({ head }: FullRunRequest): readonly PackedChain[] {
    const { config, chains } = this.#parts;
    if (head || !lastHiddenState) return chains;
    return [{ chain: lastHiddenState, steps: [], width: config.hidden_size }];
  }
}

function readFirstAlone(chains: readonly PackedChain[]): boolean {
  return chains.every(({ chain }) => chain.reads === 'first');
}

/** Yields to the event loop, so that the signal can be aborted: promises alone would not. @throws the signal's reason */
async function yieldToEventLoop(signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return;
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(undefined);
  });
  signal.throwIfAborted();
}

function noLayersError(): InvalidArgumentError {
  return new InvalidArgumentError({
    problem: 'A walk of 0 layers was requested',
    expected: 'Expected a depth of at least 1',
    remedy: 'Leave depth out to walk all layers',
  });
}
