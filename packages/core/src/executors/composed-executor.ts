/**
 * A model composed of parts: embeddings on the host, the encoder by an `EncoderExecutor`, the head in tfjs on the encoder's
 * backend. If a backend can run the whole model in one pass, it does so when only the head's outputs are requested.
 */
import * as tf from '@tensorflow/tfjs-core';
import { DisposedError } from '@albert-web/errors';
import type { EncoderExecutor, LogitsPass } from './encoder-executor.ts';
import type { WeightReader } from '../weights/reader.ts';
import { readEncodeOptions } from './encoder-executor.ts';
import { applyHead, gatherPositions, type HeadOptions, type HeadOutputs } from '../model/heads.ts';
import type { HostEmbeddings } from './host-embeddings.ts';
import { createHostEmbeddings } from './host-embeddings.ts';
import type { RawInputs } from '../inputs/inputs.ts';
import { checkInputs, maskOf, sizesOf } from '../inputs/inputs.ts';
import { ComposedWalk } from './composed-walk.ts';
import type {
  HostOutputs,
  HostTensor,
  LayerWalk,
  ModelExecutor,
  RunRequest,
  RunResult,
  WalkRequest,
} from './model-executor.ts';
import { nameOutputs, readRunRequest } from './model-executor.ts';
import type { ParameterMap } from '../model/parameters.ts';
import { bytesOf, disposeParameters, loadParameters, lookUp } from '../model/parameters.ts';
import type { Note } from '../notes.ts';
import type { AlbertConfig, Head, WeightSpec } from '../spec/index.ts';
import { embeddingWeights, encoderWeights, headChains, headWeights, usesWordEmbeddings } from '../spec/index.ts';
import { TfjsBackend } from '../tfjs/tfjs-backend.ts';
import { checkWeights } from '../weights/checks.ts';

/** Optional parts that a backend supplies. */
export interface ComposeOptions {
  /** The tfjs backend that holds the encoder's tensors. Default: the one named `encoder.backend`. */
  readonly on?: TfjsBackend;
  /** Runs the whole model in one pass, up to the head's outputs. */
  readonly logits?: LogitsPass | undefined;
  /** Waits for work on the device; rejects with BackendLostError when the device is lost first. */
  readonly guard?: <T>(work: Promise<T>) => Promise<T>;
}

/**
 * Creates an executor around an encoder and takes ownership of it.
 *
 * @throws MissingTensorError, TensorShapeError, after disposing the encoder
 */
export function composeExecutor(
  config: AlbertConfig,
  head: Head,
  weights: WeightReader,
  encoder: EncoderExecutor,
  { on = new TfjsBackend(encoder.backend), logits, guard = unguarded }: ComposeOptions = {},
): ComposedExecutor {
  try {
    checkWeights(embeddingWeights(config), weights);
    const parameters = on.run(() => loadParameters(parametersOf(config, head), weights));
    const uploaded = [...encoderWeights(config), ...headWeights(config, head)];
    const storedBytes = weights.release?.(uploaded.map(({ name }) => name)) ?? 0;
    const embeddings = createHostEmbeddings(config, weights);
    return new ComposedExecutor({ config, head, encoder, embeddings, storedBytes, parameters, on, logits, guard });
  } catch (error) {
    encoder.dispose();
    throw error;
  }
}

interface Parts extends Required<Omit<ComposeOptions, 'logits'>> {
  readonly logits: LogitsPass | undefined;
  readonly config: AlbertConfig;
  readonly head: Head;
  readonly encoder: EncoderExecutor;
  readonly embeddings: HostEmbeddings;
  /** Bytes of the stored embeddings; 0 if the reader does not own its memory. */
  readonly storedBytes: number;
  readonly parameters: ParameterMap;
}

/** See `composeExecutor`. */
export class ComposedExecutor implements ModelExecutor {
  readonly backend: ModelExecutor['backend'];
  readonly precision: ModelExecutor['precision'];
  readonly threads: number;
  readonly notes: readonly Note[];
  readonly #parts: Parts;
  #disposed = false;

  constructor(parts: Parts) {
    const { backend, precision, threads = 1, notes = [] } = parts.encoder;
    this.#parts = parts;
    this.backend = backend;
    this.precision = precision;
    this.threads = threads;
    this.notes = notes;
  }

  /** The encoder, for benchmarks that time it separately. */
  get encoder(): EncoderExecutor {
    return this.#parts.encoder;
  }

  get memoryBytes(): number {
    const { encoder, parameters, storedBytes } = this.#parts;
    return this.#disposed ? 0 : encoder.memoryBytes + bytesOf(parameters) + storedBytes;
  }

  async run(inputs: RawInputs, request?: RunRequest): Promise<RunResult> {
    const { config, head, logits, encoder, on } = this.#parts;
    this.#assertUsable();
    checkInputs(config, inputs);
    const {
      depth,
      depths,
      choices,
      padding,
      positions,
      signal,
      head: headed,
    } = readRunRequest(config, inputs, request);
    signal?.throwIfAborted();
    if (logits && headed && depths.length === 0 && !positions) {
      const values = await logits(inputs, { depth, ...(signal && { signal }) });
      return { outputs: nameOutputs(config, head, values, { ...sizesOf(inputs), choices }) };
    }
    const { embedded, mask } = this.#embed(inputs);
    try {
      const encoded = await encoder.encode(embedded, mask, {
        depth,
        padding,
        rows: headed && depths.length === 0 && this.#readsFirstAlone ? 'first' : 'all',
        hiddenStates: depths.length > 0,
        ...(signal && { signal }),
      });
      const states = depths.flatMap((at) => encoded.hiddenStates?.[at] ?? []);
      const apply = (hidden: tf.Tensor3D): HeadOutputs =>
        headed ? this.#applyHead(hidden, { choices, positions }) : withoutHead(hidden, positions);
      try {
        const [outputs = {}, ...atDepths] = await this.#finish([encoded.hidden, ...states], apply);
        return { outputs, ...(depths.length > 0 && { atDepths }) };
      } finally {
        tf.dispose(encoded as unknown as tf.TensorContainer);
      }
    } finally {
      on.run(() => tf.dispose([embedded, mask]));
    }
  }

  walk(inputs: RawInputs, { depth, signal }: WalkRequest = {}): LayerWalk {
    const { config, encoder, on } = this.#parts;
    this.#assertUsable();
    checkInputs(config, inputs);
    const { depth: lastDepth } = readEncodeOptions(config, { ...(depth !== undefined && { depth }), from: 1 });
    return new ComposedWalk({
      ...this.#embed(inputs),
      encoder,
      on,
      inputs,
      signal,
      lastDepth,
      firstAlone: this.#readsFirstAlone,
      finish: async (hidden) => {
        const [outputs = {}] = await this.#finish([hidden], (state) => this.#applyHead(state));
        return outputs;
      },
    });
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    disposeParameters(this.#parts.parameters);
    this.#parts.encoder.dispose();
  }

  /** Computes the outputs of hidden states and reads them back; the caller keeps the states. @throws DisposedError */
  async #finish(
    states: readonly tf.Tensor3D[],
    apply: (hidden: tf.Tensor3D) => HeadOutputs,
  ): Promise<readonly HostOutputs[]> {
    const { on, guard } = this.#parts;
    this.#assertUsable();
    // An output may be the hidden state itself. A clone of it can be disposed of like any other output.
    const outputs = on.run(() =>
      tf.tidy(() => states.map((hidden) => apply(tf.clone(hidden))) as unknown as tf.TensorContainer),
    ) as unknown as HeadOutputs[];
    try {
      return await guard(Promise.all(on.run(() => outputs.map(readBack))));
    } finally {
      tf.dispose(outputs);
    }
  }

  #applyHead(hidden: tf.Tensor3D, options?: HeadOptions): HeadOutputs {
    const { config, head, parameters } = this.#parts;
    return applyHead(lookUp(parameters), config, head, hidden, options);
  }

  /** Computes the encoder's input; the caller owns both tensors. */
  #embed(inputs: RawInputs): { readonly embedded: tf.Tensor3D; readonly mask: tf.Tensor2D } {
    const { config, embeddings, on } = this.#parts;
    const { batch, length } = sizesOf(inputs);
    return on.run(() => ({
      embedded: tf.tensor3d(embeddings(inputs), [batch, length, config.embedding_size]),
      mask: tf.tensor2d(maskOf(inputs), [batch, length], 'int32'),
    }));
  }

  get #readsFirstAlone(): boolean {
    return headChains(this.#parts.head).every(({ reads }) => reads === 'first');
  }

  #assertUsable(): void {
    if (this.#disposed) throw new DisposedError('the model');
  }
}

/** Lists a head's own weights, and the word embeddings if its decoder is tied to them. */
function parametersOf(config: AlbertConfig, head: Head): WeightSpec[] {
  const tied = { name: 'embeddings.word_embeddings.weight', shape: [config.vocab_size, config.embedding_size] };
  return [...(usesWordEmbeddings(head, config) ? [tied] : []), ...headWeights(config, head)];
}

const withoutHead = (hidden: tf.Tensor3D, positions: HeadOptions['positions']): HeadOutputs => ({
  last_hidden_state: positions ? gatherPositions(hidden, positions) : hidden,
});

const unguarded = <T>(work: Promise<T>): Promise<T> => work;

async function readBack(outputs: HeadOutputs): Promise<HostOutputs> {
  const entries = Object.entries(outputs).map(async ([name, tensor]): Promise<[string, HostTensor]> => {
    const { shape } = tensor;
    return [name, { shape, values: Float32Array.from(await tensor.data()) }];
  });
  return Object.fromEntries(await Promise.all(entries));
}
