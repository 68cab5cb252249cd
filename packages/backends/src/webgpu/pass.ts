/**
 * One pass of the encoder, dispatch by dispatch: five a layer, one before all layers, one for each output.
 *
 * A LayerNorm is no dispatch of its own. The product before it leaves the sum of its row with the row's moments, and
 * the kernel that reads the row normalizes it while reading: `Rows` carries what is needed for that.
 */
import type { BindGroups } from './bind-groups.ts';
import type { AttentionWeights, EncoderWeights, FeedForwardWeights } from './encoder-weights.ts';
import { attentionBindings } from './attention/program.ts';
import type { Kernels, ProductName } from './kernels.ts';
import type { MatrixBuffers } from './matrices.ts';
import { matmulBindings } from './matmul/program.ts';
import { normalizeBindings } from './normalize/program.ts';
import type { Kernel } from './pipelines.ts';
import type { CallShape } from './program.ts';
import type { Recorder } from './recorder.ts';
import type { Scratch } from './scratch.ts';

/** Buffers by binding number. */
type Bindings = Readonly<Record<number, GPUBuffer>>;

/** Rows `[rows, hidden]` and, unless they have none, the LayerNorm that their readers apply. */
export interface Rows {
  readonly values: GPUBuffer;
  readonly unnormalized?: { readonly moments: GPUBuffer; readonly norm: GPUBuffer };
}

/** Some of a call's rows: their sizes, the uniform `Call` that tells them to kernels, and kernels for so many. */
export interface Scope {
  readonly call: CallShape;
  readonly buffer: GPUBuffer;
  readonly kernels: Kernels;
}

/** Everything a pass needs that is there before the call. */
export interface Machinery {
  readonly groups: BindGroups;
  readonly weights: EncoderWeights;
  readonly scratch: Scratch;
  readonly heads: number;
  readonly every: Scope;
  /** What goes on behind the keys and values of the last layer: every row, or the first of every sequence. */
  readonly last: Scope;
}

/** Which layers run, and who wants to know what left each. */
export interface LayerRange {
  readonly from: number;
  readonly depth: number;
  readonly onLayer?: (rows: Rows) => void;
}

/** Records the dispatches of one pass. */
export class Pass {
  readonly #machinery: Machinery;
  readonly #recorder: Recorder;

  constructor(machinery: Machinery, recorder: Recorder) {
    this.#machinery = machinery;
    this.#recorder = recorder;
  }

  /** Any kernel on the rows of a scope. @param across columns of a product, or heads of attention. */
  run(step: string, kernel: Kernel, { call, buffer }: Scope, across: number, bindings: Bindings): void {
    const group = this.#machinery.groups.of(kernel, { 0: buffer, ...bindings });
    this.#recorder.dispatch(step, kernel, group, kernel.program.workgroups(call, across));
  }

  /** `output = finish(input · matrix)`, in the kernel of that product. */
  multiply(
    step: string,
    kernel: Kernel,
    scope: Scope,
    input: GPUBuffer,
    matrix: MatrixBuffers,
    output: GPUBuffer,
    others: Bindings = {},
  ): void {
    this.run(step, kernel, scope, matrix.columns, {
      [matmulBindings.input]: input,
      [matmulBindings.weight]: matrix.weight,
      [matmulBindings.columnVectors]: matrix.columnVectors,
      [matmulBindings.output]: output,
      [matmulBindings.sizes]: matrix.sizes,
      ...others,
    });
  }

  /** Embedded tokens, mapped to hidden. */
  map(embedded: GPUBuffer): Rows {
    const { weights, scratch, every } = this.#machinery;
    this.#multiply('mapping', every, embedded, weights.mapping, scratch.hidden);
    return { values: scratch.hidden };
  }

  /** The layers of a range. @param mask `[batch, length]`, zero at padding. */
  layers(rows: Rows, mask: GPUBuffer, { from, depth, onLayer }: LayerRange): Rows {
    const { weights, every, last } = this.#machinery;
    let current = rows;
    onLayer?.(current);
    for (let layer = from; layer < depth; layer++) {
      const inner = weights.layers[layer] ?? [];
      inner.forEach((weights, index) => {
        const scope = layer === depth - 1 && index === inner.length - 1 ? last : every;
        current = this.#feedForward(this.#attention(current, mask, weights, scope), weights, scope);
      });
      onLayer?.(current);
    }
    return current;
  }

  /** The rows that went on to the end, into a buffer that is not padded. */
  write({ values, unnormalized }: Rows, output: GPUBuffer): void {
    const { weights, last } = this.#machinery;
    const { normalize, copy } = last.kernels;
    this.run('output', unnormalized ? normalize : copy, last, 0, {
      [normalizeBindings.input]: values,
      [normalizeBindings.output]: output,
      [normalizeBindings.sizes]: weights.mapping.sizes,
      ...readThrough(unnormalized),
    });
  }

  /** Queries of rows that nobody goes on with are computed too: a twelfth of a layer, and one dispatch instead of two. */
  #attention(rows: Rows, mask: GPUBuffer, weights: AttentionWeights, scope: Scope): Rows {
    const { every, scratch, heads } = this.#machinery;
    const { attended: values, attendedMoments: moments, wide, context } = scratch;
    const later = rows.unnormalized !== undefined;
    const project = later ? 'query-key-value' : 'query-key-value (first)';
    this.#multiply(project, every, rows.values, weights.queryKeyValue, wide, readThrough(rows.unnormalized));
    this.run('attention', scope.kernels.attention, scope, heads, {
      [attentionBindings.projected]: wide,
      [attentionBindings.mask]: mask,
      [attentionBindings.context]: context,
    });
    const leave = later ? 'attention output' : 'attention output (first)';
    this.#multiply(leave, scope, context, weights.attentionOutput, values, addResidual(rows, moments));
    return { values, unnormalized: { moments, norm: weights.attentionNorm } };
  }

  #feedForward(rows: Rows, { ffn, ffnOutput, outputNorm }: FeedForwardWeights, scope: Scope): Rows {
    const { hidden: values, hiddenMoments: moments, wide } = this.#machinery.scratch;
    this.#multiply('feed-forward up', scope, rows.values, ffn, wide, readThrough(rows.unnormalized));
    this.#multiply('feed-forward down', scope, wide, ffnOutput, values, addResidual(rows, moments));
    return { values, unnormalized: { moments, norm: outputNorm } };
  }

  #multiply(
    step: ProductName,
    scope: Scope,
    input: GPUBuffer,
    matrix: MatrixBuffers,
    output: GPUBuffer,
    others: Bindings = {},
  ): void {
    this.multiply(step, scope.kernels.products[step], scope, input, matrix, output, others);
  }
}

/** Bindings of a kernel that reads rows through their LayerNorm. */
function readThrough(unnormalized: Rows['unnormalized']): Bindings {
  if (!unnormalized) return {};
  return { [matmulBindings.rowMoments]: unnormalized.moments, [matmulBindings.norm]: unnormalized.norm };
}

/** Bindings of a kernel that adds a residual and leaves the moments of the sum. */
function addResidual(rows: Rows, moments: GPUBuffer): Bindings {
  return {
    [matmulBindings.residual]: rows.values,
    [matmulBindings.outputMoments]: moments,
    ...readThrough(rows.unnormalized),
  };
}
