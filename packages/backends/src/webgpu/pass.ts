/**
 * One pass of the encoder, dispatch by dispatch: five a layer, one before all layers, one for each output.
 *
 * A LayerNorm is no dispatch of its own. The product before it leaves the sum of its row with the row's moments, and
 * whoever reads the row normalises while reading: `Rows` carries what is needed for that.
 */
import type { BindGroups } from './bind-groups.ts';
import type { AttentionWeights, EncoderWeights, FeedForwardWeights, MatrixBuffers } from './encoder-weights.ts';
import { attentionBindings } from './attention/program.ts';
import type { Kernels, ProductName } from './kernels.ts';
import { matmulBindings } from './matmul/program.ts';
import { normaliseBindings } from './normalise/program.ts';
import type { Kernel } from './pipelines.ts';
import type { CallShape } from './program.ts';
import type { Recorder } from './recorder.ts';
import type { Scratch } from './scratch.ts';

/** Buffers by binding number. */
type Bindings = Readonly<Record<number, GPUBuffer>>;

/** Rows `[rows, hidden]` and, unless they have none, the LayerNorm that their readers apply. */
interface Rows {
  readonly values: GPUBuffer;
  readonly unnormalised?: { readonly moments: GPUBuffer; readonly norm: GPUBuffer };
}

/** Everything a pass needs that is there before the call. */
export interface Machinery {
  readonly groups: BindGroups;
  readonly weights: EncoderWeights;
  readonly kernels: Kernels;
  readonly scratch: Scratch;
  /** The uniform `Call`. */
  readonly callBuffer: GPUBuffer;
  readonly heads: number;
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
  const { groups, weights, kernels, scratch, callBuffer } = machinery;
  const { sizes } = weights.mapping;

  const run = (step: string, kernel: Kernel, across: number, bindings: Bindings): void => {
    const group = groups.of(kernel, { 0: callBuffer, ...bindings });
    recorder.dispatch(step, kernel, group, kernel.program.workgroups(call, across));
  };

  const multiply = (
    step: ProductName,
    input: GPUBuffer,
    matrix: MatrixBuffers,
    output: GPUBuffer,
    others: Bindings = {},
  ): void =>
    run(step, kernels.products[step], matrix.columns, {
      [matmulBindings.input]: input,
      [matmulBindings.weight]: matrix.weight,
      [matmulBindings.columnVectors]: matrix.columnVectors,
      [matmulBindings.output]: output,
      [matmulBindings.sizes]: matrix.sizes,
      ...others,
    });

  const write = ({ values, unnormalised }: Rows, output: GPUBuffer): void =>
    run('output', unnormalised ? kernels.normalise : kernels.copy, 0, {
      [normaliseBindings.input]: values,
      [normaliseBindings.output]: output,
      [normaliseBindings.sizes]: sizes,
      ...readThrough(unnormalised),
    });

  const attention = (rows: Rows, { projection, output, norm }: AttentionWeights): Rows => {
    const { attended: values, attendedMoments: moments, wide, context } = scratch;
    const later = rows.unnormalised !== undefined;
    const project = later ? 'query-key-value' : 'query-key-value (first)';
    multiply(project, rows.values, projection, wide, readThrough(rows.unnormalised));
    run('attention', kernels.attention, machinery.heads, {
      [attentionBindings.projected]: wide,
      [attentionBindings.mask]: buffers.mask,
      [attentionBindings.context]: context,
    });
    const leave = later ? 'attention output' : 'attention output (first)';
    multiply(leave, context, output, values, addResidual(rows, moments));
    return { values, unnormalised: { moments, norm } };
  };

  const feedForward = (rows: Rows, { up, down, norm }: FeedForwardWeights): Rows => {
    const { hidden: values, hiddenMoments: moments, wide } = scratch;
    multiply('feed-forward up', rows.values, up, wide, readThrough(rows.unnormalised));
    multiply('feed-forward down', wide, down, values, addResidual(rows, moments));
    return { values, unnormalised: { moments, norm } };
  };

  multiply('mapping', buffers.embedded, weights.mapping, scratch.hidden);
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
function readThrough(unnormalised: Rows['unnormalised']): Bindings {
  if (!unnormalised) return {};
  return { [matmulBindings.rowMoments]: unnormalised.moments, [matmulBindings.norm]: unnormalised.norm };
}

/** Bindings of a kernel that adds a residual and leaves the moments of the sum. */
function addResidual(rows: Rows, moments: GPUBuffer): Bindings {
  return {
    [matmulBindings.residual]: rows.values,
    [matmulBindings.outputMoments]: moments,
    ...readThrough(rows.unnormalised),
  };
}
