/** Packs a head's chains for the kernels, which run them in f32, regardless of the encoder's precision. */
import {
  checkWeights,
  headWeights,
  shapeOf,
  type AlbertConfig,
  type Head,
  type HeadChain,
  type HeadStep,
  type WeightReader,
} from '@albert-web/core';
import { addRecord, type Heap } from '@albert-web/kernels';
import { memoize } from '../memoize.ts';
import { f32Dot } from './dot.ts';
import { columns, packLinear, packNorm, readMatrix } from './linear.ts';
import type { ActivationName } from './linear-record.ts';
import { panelsOf } from './panels.ts';

/** One step: its kind of job, and the record for it. */
export interface PackedStep {
  readonly kind: 'linear' | 'layerNorm';
  /** Address of a `Linear` or a `Norm`. */
  readonly weights: number;
}

/** A chain with its weights in the module's memory. */
export interface PackedChain {
  readonly chain: HeadChain;
  readonly steps: readonly PackedStep[];
  /** Columns of the result. */
  readonly width: number;
}

/** The largest number of panels in the inputs of a head's steps, and in any of their inputs and results. */
export interface HeadWidths {
  readonly headInputPanels: number;
  readonly headPanels: number;
}

/** Packs a head's weights. @throws MissingTensorError, TensorShapeError, and what `weights` throws for damaged values */
export function packHead(
  config: AlbertConfig,
  head: Head,
  chains: readonly HeadChain[],
  weights: WeightReader,
  heap: Heap,
): PackedChain[] {
  checkWeights(headWeights(config, head), weights);
  const linear = memoize((name, activation: ActivationName, inputs: number, outputs: number, bias?: string): number => {
    const matrix = readMatrix(weights, name, { int8: true, int4: true }, weights.float32(bias ?? `${name}.bias`));
    const packed = packLinear(heap, [matrix], columns(outputs), columns(inputs), { dot: f32Dot, activation });
    return addRecord(heap, 'Linear', packed);
  });
  const norm = memoize((name, size: number): number => packNorm(heap, weights, name, size));
  const packStep = (step: HeadStep, inputs: number, outputs: number): PackedStep => {
    if ('layerNorm' in step) return { kind: 'layerNorm', weights: norm(step.layerNorm, inputs) };
    const packed =
      'tied' in step
        ? linear(step.tied, 'none', inputs, outputs, step.bias)
        : linear(step.linear, activationOf(config, step.activation), inputs, outputs);
    return { kind: 'linear', weights: packed };
  };
  return chains.map((chain) => {
    const widths = widthsOf(config, chain);
    const steps = chain.steps.map((step, index) => packStep(step, widths[index] ?? NaN, widths[index + 1] ?? NaN));
    return { chain, steps, width: widths.at(-1) ?? NaN };
  });
}

/** Returns the widths of the widest steps of these chains. */
export function headWidths(config: AlbertConfig, chains: readonly HeadChain[]): HeadWidths {
  const widths = chains.map((chain) => widthsOf(config, chain).map(panelsOf));
  return {
    headInputPanels: Math.max(1, ...widths.flatMap((panels) => panels.slice(0, -1))),
    headPanels: Math.max(1, ...widths.flat()),
  };
}

/** Returns the number of columns of a chain's input, and of the result of every step. */
function widthsOf(config: AlbertConfig, { steps }: HeadChain): number[] {
  const widths = [config.hidden_size];
  for (const step of steps) widths.push(widthAfter(config, step, widths.at(-1) ?? NaN));
  return widths;
}

function widthAfter(config: AlbertConfig, step: HeadStep, width: number): number {
  if ('layerNorm' in step) return width;
  return 'tied' in step ? config.vocab_size : (shapeOf([step.size], config)[0] ?? NaN);
}

function activationOf(
  { hidden_act }: AlbertConfig,
  activation: ActivationName | 'hidden_act' = 'none',
): ActivationName {
  return activation === 'hidden_act' ? hidden_act : activation;
}
