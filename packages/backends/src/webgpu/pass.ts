/**
 * One pass of the encoder, dispatch by dispatch: five a layer, one before all layers, one for each output.
 *
 * A LayerNorm is no dispatch of its own. The product before it leaves the sum of its row with the row's moments, and
 * whoever reads the row normalises while reading: `Rows` carries what is needed for that.
 */
import type { BindGroups } from './bind-groups.ts';
import type { AttentionWeights, EncoderWeights, FeedForwardWeights, MatrixBuffers } from './encoder-weights.ts';
import { attentionBindings } from './attention/program.ts';
import type { FixedKernels, ProductName } from './kernels.ts';
import { matmulBindings } from './matmul/program.ts';
import { normaliseBindings } from './normalise/program.ts';
import type { Kernel } from './pipelines.ts';
import type { CallShape } from './program.ts';
import type { Recorder } from './recorder.ts';
import type { Scratch } from './scratch.ts';

/** Rows `[rows, hidden]` and, unless they have none, the LayerNorm that their readers apply. */
interface Rows {
  readonly values: GPUBuffer;
  readonly unnormalised?: { readonly moments: GPUBuffer; readonly norm: GPUBuffer };
}

/** Everything a pass needs that is there before the call. */
export interface Machinery {
  readonly groups: BindGroups;
  readonly weights: EncoderWeights;
  readonly fixed: FixedKernels;
  readonly products: Readonly<Record<ProductName, Kernel>>;
  readonly scratch: Scratch;
  /** The uniform that holds `CallShape`. */
  readonly callBuffer: GPUBuffer;
}

/** Buffers of one call. */
export interface PassBuffers {
  readonly embedded: GPUBuffer;
  readonly mask: GPUBuffer;
  /** Where the output of the last layer goes. */
  readonly hidden: GPUBuffer;
  /** Where the mapped embeddings and the output of every layer go; empty when nobody asked. */
  readonly hiddenStates: readonly GPUBuffer[];
}

/** Records `depth` layers. */
export function recordLayers(
  machinery: Machinery,
  recorder: Recorder,
  call: CallShape,
  buffers: PassBuffers,
  depth: number,
): void {
  const { groups, weights, fixed, products, scratch, callBuffer } = machinery;

  const run = (kernel: Kernel, bindings: Readonly<Record<number, GPUBuffer>>): void =>
    recorder.dispatch(kernel, groups.of(kernel, { 0: callBuffer, ...bindings }), call);

  const multiply = (
    kernel: Kernel,
    input: GPUBuffer,
    { weight, columnVectors }: MatrixBuffers,
    output: GPUBuffer,
    others: Readonly<Record<number, GPUBuffer>> = {},
  ): void =>
    run(kernel, {
      [matmulBindings.input]: input,
      [matmulBindings.weight]: weight,
      [matmulBindings.columnVectors]: columnVectors,
      [matmulBindings.output]: output,
      ...others,
    });

  const write = ({ values, unnormalised }: Rows, output: GPUBuffer): void =>
    run(unnormalised ? fixed.normalise : fixed.copy, {
      [normaliseBindings.input]: values,
      [normaliseBindings.output]: output,
      ...readThrough(unnormalised),
    });

  const attention = (rows: Rows, { projection, output, norm }: AttentionWeights): Rows => {
    const { attended: values, attendedMoments: moments, wide, context } = scratch;
    const later = rows.unnormalised !== undefined;
    multiply(
      products[later ? 'query-key-value' : 'query-key-value (first)'],
      rows.values,
      projection,
      wide,
      readThrough(rows.unnormalised),
    );
    run(fixed.attention, {
      [attentionBindings.projected]: wide,
      [attentionBindings.mask]: buffers.mask,
      [attentionBindings.context]: context,
    });
    multiply(products[later ? 'attention output' : 'attention output (first)'], context, output, values, {
      ...addResidual(rows, moments),
    });
    return { values, unnormalised: { moments, norm } };
  };

  const feedForward = (rows: Rows, { up, down, norm }: FeedForwardWeights): Rows => {
    const { hidden: values, hiddenMoments: moments, wide } = scratch;
    multiply(products['feed-forward up'], rows.values, up, wide, readThrough(rows.unnormalised));
    multiply(products['feed-forward down'], wide, down, values, addResidual(rows, moments));
    return { values, unnormalised: { moments, norm } };
  };

  multiply(products.mapping, buffers.embedded, weights.mapping, scratch.hidden);
  let rows: Rows = { values: scratch.hidden };
  buffers.hiddenStates.slice(0, 1).forEach((state) => write(rows, state));
  for (let layer = 0; layer < depth; layer++) {
    for (const inner of weights.layers[layer] ?? [])
      rows = feedForward(attention(rows, inner.attention), inner.feedForward);
    buffers.hiddenStates.slice(layer + 1, layer + 2).forEach((state) => write(rows, state));
  }
  write(rows, buffers.hidden);
}

/** Bindings of a kernel that reads rows through their LayerNorm. */
function readThrough(unnormalised: Rows['unnormalised']): Readonly<Record<number, GPUBuffer>> {
  if (!unnormalised) return {};
  return { [matmulBindings.rowMoments]: unnormalised.moments, [matmulBindings.norm]: unnormalised.norm };
}

/** Bindings of a kernel that adds a residual and leaves the moments of the sum. */
function addResidual(rows: Rows, moments: GPUBuffer): Readonly<Record<number, GPUBuffer>> {
  return {
    [matmulBindings.residual]: rows.values,
    [matmulBindings.outputMoments]: moments,
    ...readThrough(rows.unnormalised),
  };
}
