/**
 * Turns a sentence's hidden states into its embedding, with the modules of sentence-transformers. This is little work, so it is
 * done on the host, whatever the encoder runs on.
 *
 * Source: huggingface/sentence-transformers `models/{Pooling,Dense,LayerNorm,Normalize}.py`.
 */
import { allocate, concatenate } from '@albert-web/errors';
import type { DenseActivation, PoolingMode, SentenceModule } from '@albert-web/checkpoints';
import { SentenceModuleError } from '@albert-web/checkpoints';
import { checkWeights } from '@albert-web/core';
import { maxOfRows, meanOfRows, toUnitLength } from './vectors.ts';

/** Hidden states of one sentence, `[length, width]`. */
export interface HiddenStates {
  readonly values: Float32Array;
  /** 0 at padding, `[length]`. */
  readonly mask: ArrayLike<number>;
  readonly width: number;
}

/** Turns hidden states into an embedding. `prompt` is the number of prompt tokens before the text. */
export type SentenceVector = (hidden: HiddenStates, prompt: number) => Float32Array;

type Step = (x: Float32Array) => Float32Array;

const poolings: Readonly<Record<PoolingMode, (hidden: HiddenStates) => Float32Array>> = {
  cls: ({ values, width }) => values.slice(0, width),
  max: ({ values, mask, width }) => maxOfRows(values, mask, width),
  mean: ({ values, mask, width }) => meanOfRows(values, mask, width),
  mean_sqrt_len_tokens: ({ values, mask, width }) => {
    const scale = Math.sqrt(Array.from(mask).reduce((sum, seen) => sum + seen, 0));
    return meanOfRows(values, mask, width).map((mean) => mean * scale);
  },
  weightedmean: ({ values, mask, width }) => weightedMean(values, mask, width),
  lasttoken: ({ values, mask, width }) => {
    const last = Array.from(mask).lastIndexOf(1);
    return values.slice(last * width, (last + 1) * width);
  },
};

const activations: Readonly<Record<DenseActivation, (x: number) => number>> = {
  Identity: (x) => x,
  Tanh: Math.tanh,
  ReLU: (x) => Math.max(x, 0),
  GELU: (x) => (x * (1 + erf(x / Math.SQRT2))) / 2,
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  SiLU: (x) => x / (1 + Math.exp(-x)),
};

/** Computes the error function with an error of at most 1.5e-7 (Abramowitz and Stegun 1964, 7.1.26). */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - polynomial * Math.exp(-x * x));
}

/** @throws MissingTensorError, TensorShapeError when a layer's weights do not match its configuration */
export function sentenceVector([pooling, ...rest]: readonly SentenceModule[]): SentenceVector {
  const { modes, includesPrompt } = pooling?.kind === 'pooling' ? pooling : { modes: [], includesPrompt: true };
  const steps = rest.map(stepOf);
  return ({ values, mask, width }, prompt) => {
    const seen = includesPrompt ? mask : Array.from(mask, (bit, token) => (token < prompt ? 0 : bit));
    const pooled = concatenate(
      Float32Array,
      modes.map((mode) => poolings[mode]({ values, mask: seen, width })),
    );
    return steps.reduce<Float32Array>((x, step) => step(x), pooled);
  };
}

/** @throws SentenceModuleError when the width of a module's input is not that of the previous module's output */
export function checkWidths(modules: readonly SentenceModule[], hiddenSize: number): void {
  let width = hiddenSize;
  for (const module of modules) {
    if (module.kind === 'pooling') width *= module.modes.length;
    const taken = module.kind === 'dense' ? module.inputs : module.kind === 'layerNorm' ? module.size : width;
    if (taken !== width) {
      throw new SentenceModuleError({
        problem: `A ${module.kind === 'dense' ? 'Dense' : 'LayerNorm'} module takes vectors of ${taken} numbers`,
        expected: `The module before it gives ${width}`,
        remedy: 'Load a sentence encoder whose modules belong together',
      });
    }
    if (module.kind === 'dense') width = module.outputs;
  }
}

/** Computes the mean over the tokens, each weighted by its position, counted from 1. */
function weightedMean(values: Float32Array, mask: ArrayLike<number>, width: number): Float32Array {
  const sums = allocate(Float64Array, width);
  let total = 0;
  for (let token = 0; token < mask.length; token++) {
    const weight = (token + 1) * (mask[token] ?? 0);
    total += weight;
    for (let i = 0; i < width; i++) sums[i] = (sums[i] ?? 0) + weight * (values[token * width + i] ?? 0);
  }
  return Float32Array.from(sums, (sum) => sum / Math.max(total, 1e-9));
}

function stepOf(module: SentenceModule): Step {
  switch (module.kind) {
    case 'dense':
      return denseLayer(module);
    case 'layerNorm':
      return layerNorm(module);
    case 'normalize':
      return toUnitLength;
    case 'pooling':
      return (x) => x;
  }
}

/** Creates a step that computes `activation(W x + b)`, summed in double precision. */
function denseLayer({ weights, inputs, outputs, bias, activation }: Extract<SentenceModule, { kind: 'dense' }>): Step {
  const shapes = [
    { name: 'linear.weight', shape: [outputs, inputs] },
    { name: 'linear.bias', shape: [outputs] },
  ];
  checkWeights(bias ? shapes : shapes.slice(0, 1), weights);
  const weight = weights.float32('linear.weight');
  const shift = bias ? weights.float32('linear.bias') : allocate(Float32Array, outputs);
  return (x) =>
    shift.map((start, row) => {
      let sum = start;
      for (let i = 0; i < inputs; i++) sum += (weight[row * inputs + i] ?? 0) * (x[i] ?? 0);
      return activations[activation](sum);
    });
}

/** PyTorch's default epsilon. */
const epsilon = 1e-5;

function layerNorm({ weights, size }: Extract<SentenceModule, { kind: 'layerNorm' }>): Step {
  checkWeights(
    ['weight', 'bias'].map((part) => ({ name: `norm.${part}`, shape: [size] })),
    weights,
  );
  const scale = weights.float32('norm.weight');
  const shift = weights.float32('norm.bias');
  return (x) => {
    const mean = x.reduce((sum, value) => sum + value, 0) / size;
    const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
    const inverse = 1 / Math.sqrt(variance + epsilon);
    return x.map((value, i) => (value - mean) * inverse * (scale[i] ?? 1) + (shift[i] ?? 0));
  };
}
