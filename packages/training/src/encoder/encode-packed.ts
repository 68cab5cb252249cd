/**
 * The encoder's layers for training with tfjs's WASM backend, as one operation on the tape with a hand-written gradient.
 *
 * The kernels have their own memory, which threads can share. Copying data in and out costs little compared with the products:
 * since ALBERT's layers share their weights, they are copied once per pass, and their gradients are summed in place while the
 * backward pass goes through the layers.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { AlbertConfig, LayerNames, Parameters } from '@albert-web/core';
import { attentionParts, encoderLayers, feedForwardParts } from '@albert-web/core';
import type { DropoutKeys } from '../dropout.ts';
import { keepThreshold, plainDropout } from '../dropout.ts';
import type { BackwardPass, LayerDrops, LayerPass, LayerRows, LayerTrace } from './layer.ts';
import { joinedProjections, layerBackward, layerForward, linear, linearBackward, matricesOf } from './layer.ts';
import { columnsOf, type Matrix } from './matrix.ts';
import type { Packing } from './packing.ts';
import { dropNothing, type Drop, type WasmKernels } from './wasm-kernels.ts';

/** How to run the encoder. */
export interface EncodeOptions {
  /** Dropout keys; undefined for no dropout. */
  readonly keys?: DropoutKeys | undefined;
  /** Which tokens the head reads. `first` skips the computations of the last layer that only other tokens need. */
  readonly reads: 'first' | 'all';
}

/**
 * Runs the encoder on packed rows: `[tokens, embedding] -> [tokens, hidden]`, or `[sequences, hidden]` if only first tokens are read.
 * Differentiable in `embedded` and in the encoder's parameters.
 *
 * The kernels hold one pass at a time, so gradients must be computed before the next call.
 */
export function encodePacked(
  kernels: WasmKernels,
  parameters: Parameters,
  config: AlbertConfig,
  embedded: tf.Tensor2D,
  packing: Packing,
  { keys, reads }: EncodeOptions,
): tf.Tensor2D {
  const layers = encoderLayers(config).flat();
  const { hidden_dropout_prob: rate } = config;
  const draw = (rate: number): Drop =>
    keys && rate > 0 ? { key: keys.next(), threshold: keepThreshold(rate), scale: 1 / (1 - rate) } : dropNothing;
  const dropped = keys && rate > 0 ? plainDropout(keys)(embedded, rate) : embedded;
  // In the same order as core's encoder.
  const drops = layers.map(() => ({
    probabilities: draw(config.attention_probs_dropout_prob),
    attention: draw(rate),
    feedForward: draw(rate),
  }));
  const names = parameterNames(layers);
  const operation = tf.customGrad((...args) => {
    const [input, ...weights] = args.slice(0, -1) as tf.Tensor[];
    const pass = new EncoderPass(kernels, config, layers, drops, names);
    const output = pass.forward(input as tf.Tensor2D, weights, packing, reads);
    return { value: output, gradFunc: (doutput) => pass.backward(doutput as tf.Tensor2D) };
  });
  return operation(dropped, ...names.map(parameters)) as tf.Tensor2D;
}

const mapping = 'encoder.embedding_hidden_mapping_in';

/** Returns the names of the parameters of the mapping and of all layers, without duplicates. */
function parameterNames(layers: readonly LayerNames[]): string[] {
  const prefixes = [
    mapping,
    ...layers.flatMap(({ attention }) => Object.values(attentionParts(attention))),
    ...layers.flatMap(({ feedForward }) => Object.values(feedForwardParts(feedForward))),
  ];
  return [...new Set(prefixes)].flatMap((prefix) => [`${prefix}.weight`, `${prefix}.bias`]);
}

/** One forward pass, and its backward pass. */
class EncoderPass {
  readonly #kernels: WasmKernels;
  readonly #config: AlbertConfig;
  readonly #layers: readonly LayerNames[];
  readonly #drops: readonly LayerDrops[];
  readonly #names: readonly string[];
  readonly #traces: LayerTrace[] = [];
  #embedded: Matrix | undefined;
  #rows: readonly LayerRows[] = [];
  #shapes: readonly number[][] = [];
  #weights: ReadonlyMap<string, Matrix> = new Map();

  constructor(
    kernels: WasmKernels,
    config: AlbertConfig,
    layers: readonly LayerNames[],
    drops: readonly LayerDrops[],
    names: readonly string[],
  ) {
    this.#kernels = kernels;
    this.#config = config;
    this.#layers = layers;
    this.#drops = drops;
    this.#names = names;
  }

  /** @param weights in the order of the names */
  forward(
    input: tf.Tensor2D,
    weights: readonly tf.Tensor[],
    packing: Packing,
    reads: EncodeOptions['reads'],
  ): tf.Tensor2D {
    const kernels = this.#kernels;
    // Free a previous pass that failed, or whose gradients were never computed, as in evaluation.
    kernels.clear();
    this.#shapes = weights.map(({ shape }) => shape);
    this.#weights = this.#place();
    this.#names.forEach((name, index) => kernels.write(this.#weight(name), valuesOf(weights[index] as tf.Tensor)));
    const pass: LayerPass = { kernels, config: this.#config, parameters: (name) => this.#weight(name) };
    this.#rows = this.#rowsOfLayers(packing, reads);
    const embedded = kernels.allocate(...input.shape);
    kernels.write(embedded, valuesOf(input));
    this.#embedded = embedded;
    let hidden = linear(pass, mapping, embedded);
    this.#layers.forEach((names, index) => {
      const above = hidden;
      const { output, trace } = kernels.tidy(
        () => layerForward(pass, names, this.#drops[index] as LayerDrops, this.#rows[index] as LayerRows, above),
        ({ output, trace }) => [output, ...matricesOf(trace)],
      );
      this.#traces.push(trace);
      hidden = output;
    });
    return tf.tensor2d(kernels.read(hidden), [hidden.rows, hidden.columns]);
  }

  /** Returns the gradients of the input and of the weights, in that order. */
  backward(doutput: tf.Tensor2D): tf.Tensor[] {
    const kernels = this.#kernels;
    const gradients = this.#place();
    const pass: BackwardPass = {
      kernels,
      config: this.#config,
      parameters: (name) => this.#weight(name),
      gradient: (name) => gradients.get(name) as Matrix,
    };
    let dhidden = kernels.allocate(...doutput.shape);
    kernels.write(dhidden, valuesOf(doutput));
    for (let index = this.#layers.length - 1; index >= 0; index--) {
      const [names, drops, rows] = [this.#layers[index], this.#drops[index], this.#rows[index]];
      const trace = this.#traces.pop() as LayerTrace;
      const above = dhidden;
      dhidden = kernels.tidy(
        () => layerBackward(pass, names as LayerNames, drops as LayerDrops, rows as LayerRows, trace, above),
        (dinput) => [dinput],
      );
      kernels.free(above, ...matricesOf(trace));
    }
    const dembedded = linearBackward(pass, mapping, this.#embedded as Matrix, dhidden);
    const results = [
      tf.tensor2d(kernels.read(dembedded), [dembedded.rows, dembedded.columns]),
      ...this.#names.map((name, index) => tf.tensor(kernels.read(pass.gradient(name)), this.#shapes[index])),
    ];
    kernels.clear();
    return results;
  }

  #weight(name: string): Matrix {
    return this.#weights.get(name) as Matrix;
  }

  /** Allocates zeros in the shapes of all parameters, by name. Those of query, key and value are views of one joined matrix. */
  #place(): Map<string, Matrix> {
    const places = new Map<string, Matrix>();
    const place = (name: string): void => {
      const shape = this.#shapes[this.#names.indexOf(name)] ?? [];
      places.set(name, this.#kernels.zeros(shape.length > 1 ? (shape[0] ?? 0) : 1, shape.at(-1) ?? 0));
    };
    for (const attention of new Set(this.#layers.map((layer) => layer.attention))) {
      const { query, key, value } = attentionParts(attention);
      const hidden = this.#config.hidden_size;
      for (const [kind, rows] of [
        ['weight', hidden],
        ['bias', 1],
      ] as const) {
        const joined = this.#kernels.zeros(rows, 3 * hidden);
        places.set(`${joinedProjections(attention)}.${kind}`, joined);
        [query, key, value].forEach((part, index) =>
          places.set(`${part}.${kind}`, columnsOf(joined, index * hidden, hidden)),
        );
      }
    }
    for (const name of this.#names) if (!places.has(name)) place(name);
    return places;
  }

  /** Returns the rows that each layer computes. */
  #rowsOfLayers(packing: Packing, reads: EncodeOptions['reads']): LayerRows[] {
    const { starts } = packing;
    const sequences = starts.length - 1;
    const startsAt = this.#kernels.integers(starts);
    const common = { starts: startsAt, sequences, longest: packing.longest, heads: this.#config.num_attention_heads };
    const all = { shape: { ...common, queryStarts: startsAt, scores: packing.squares }, queries: undefined };
    if (reads === 'all') return this.#layers.map(() => all);
    const queryStarts = this.#kernels.integers(starts.map((_, index) => index));
    const scores = packing.rows.length;
    const first = { shape: { ...common, queryStarts, scores }, queries: starts.subarray(0, sequences) };
    return this.#layers.map((_, index) => (index === this.#layers.length - 1 ? first : all));
  }
}

function valuesOf(tensor: tf.Tensor): Float32Array {
  return tensor.dataSync() as Float32Array;
}
