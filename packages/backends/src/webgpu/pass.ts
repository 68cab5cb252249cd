/**
 * One pass of the encoder, dispatch by dispatch: five per layer, one before all layers, and one for each output.
 *
 * A LayerNorm is not a dispatch of its own. The product before it writes the unnormalized row and its moments, and the kernels
 * that read the row normalize it while reading. `Rows` contains what they need.
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

/** Rows `[rows, hidden]`, and the LayerNorm that their readers apply, if they have one. */
export interface Rows {
  readonly values: GPUBuffer;
  readonly unnormalized?: { readonly moments: GPUBuffer; readonly norm: GPUBuffer };
}

/** Some of a call's rows: their sizes, the same as the uniform `Call`, and the kernels for this number of rows. */
export interface Scope {
  readonly call: CallShape;
  readonly buffer: GPUBuffer;
  readonly kernels: Kernels;
}

/** Everything that a pass works with, besides its inputs. */
export interface Machinery {
  readonly groups: BindGroups;
  readonly weights: EncoderWeights;
  readonly scratch: Scratch;
  readonly heads: number;
  readonly every: Scope;
  /** The rows of the last layer after its keys and values: every row, or the first of every sequence. */
  readonly last: Scope;
}

/** The layers to run, and a callback for the output of each. */
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

  /** Runs any kernel on the rows of a scope. @param across columns of a product, or heads of attention */
  run(step: string, kernel: Kernel, { call, buffer }: Scope, across: number, bindings: Bindings): void {
    const group = this.#machinery.groups.of(kernel, { 0: buffer, ...bindings });
    this.#recorder.dispatch(step, kernel, group, kernel.program.workgroups(call, across));
  }

  /** Computes `output = finish(input · matrix)` with the kernel of that product. */
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

  /** Maps embedded tokens to the hidden size. */
  map(embedded: GPUBuffer): Rows {
    const { weights, scratch, every } = this.#machinery;
    this.#multiply('mapping', every, embedded, weights.mapping, scratch.hidden);
    return { values: scratch.hidden };
  }

  /** Runs the layers of a range. @param mask `[batch, length]`, zero at padding */
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

  /** Writes the rows of the last layer into a buffer that is not padded. */
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

  /** Runs attention. Queries are computed even for rows that are then dropped: a twelfth of a layer, to save a dispatch. */
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

/** Returns the bindings of a kernel that normalizes rows as it reads them. */
function readThrough(unnormalized: Rows['unnormalized']): Bindings {
  if (!unnormalized) return {};
  return { [matmulBindings.rowMoments]: unnormalized.moments, [matmulBindings.norm]: unnormalized.norm };
}

/** Returns the bindings of a kernel that adds a residual and writes the moments of the sum. */
function addResidual(rows: Rows, moments: GPUBuffer): Bindings {
  return {
    [matmulBindings.residual]: rows.values,
    [matmulBindings.outputMoments]: moments,
    ...readThrough(rows.unnormalized),
  };
}
