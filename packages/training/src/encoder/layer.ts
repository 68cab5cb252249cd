/**
 * One encoder layer over packed rows, with hand-written forward and backward passes. The reference for the forward pass is
 * `encoder.ts` of `@albert-web/core`.
 */
import { layerParts, type AlbertConfig, type LayerNames } from '@albert-web/core';
import { columnsOf, type Matrix } from './matrix.ts';
import type { AttentionShape, Drop, Projections, WasmKernels } from './wasm-kernels.ts';

/** Shared by the layers of a pass. */
export interface LayerPass {
  readonly kernels: WasmKernels;
  readonly config: AlbertConfig;
  /** Parameters by canonical name. Query, key and value are joined as `qkv`. */
  readonly parameters: (name: string) => Matrix;
}

/** The rows that a layer computes: all, or only those that the head reads. Keys and values are always those of all rows. */
export interface LayerRows {
  readonly shape: AttentionShape;
  /** The rows to output; undefined for all. */
  readonly queries: Int32Array | undefined;
}

/** The dropouts of a layer, in order of use. */
export interface LayerDrops {
  readonly probabilities: Drop;
  readonly attention: Drop;
  readonly feedForward: Drop;
}

/** Results of a layer's forward pass that its backward pass needs. Rows are tokens; from `residual` on, only queries. */
export interface LayerTrace {
  readonly input: Matrix; // [tokens, hidden]
  readonly projected: readonly Matrix[]; // the matrices that `projections` are views of
  readonly projections: Projections;
  readonly residual: Matrix; // [queries, hidden]
  readonly probabilities: Matrix;
  readonly context: Matrix; // [queries, hidden]
  readonly normal1: Matrix; // [queries, hidden], before scale and shift
  readonly inverse1: Matrix; // [1, queries]
  readonly attended: Matrix; // [queries, hidden]
  readonly inner: Matrix; // [queries, intermediate], before the activation
  readonly normal2: Matrix;
  readonly inverse2: Matrix;
}

/** Returns all matrices of a trace except its input, which is another layer's output. */
export function matricesOf(trace: LayerTrace): Matrix[] {
  const { input, projected, residual, probabilities, context, normal1, inverse1, attended, inner, normal2, inverse2 } =
    trace;
  const gathered = residual === input ? [] : [residual];
  return [...projected, ...gathered, probabilities, context, normal1, inverse1, attended, inner, normal2, inverse2];
}

/** Returns the prefix of the joined query, key and value parameters, which exist only in this encoder. */
export function joinedProjections(attention: string): string {
  return `${attention}.qkv`;
}

/** Runs a layer: `[tokens, hidden] -> [queries, hidden]`. */
export function layerForward(
  pass: LayerPass,
  names: LayerNames,
  drops: LayerDrops,
  rows: LayerRows,
  input: Matrix,
): { output: Matrix; trace: LayerTrace } {
  const { kernels, config, parameters } = pass;
  const parts = layerParts(names);
  const residual = rows.queries ? kernels.gather(input, rows.queries) : input;
  const { projected, projections } = project(pass, names.attention, input, residual);
  const { context, probabilities } = kernels.attend(projections, rows.shape, drops.probabilities);
  const attention = kernels.dropout(linear(pass, parts.attentionOutput, context), drops.attention, rows.queries);
  const first = kernels.layerNorm(
    residual,
    attention,
    parameters(`${parts.attentionNorm}.weight`),
    parameters(`${parts.attentionNorm}.bias`),
    config.layer_norm_eps,
  );

  const inner = linear(pass, parts.ffn, first.output);
  const activated = kernels.activate(inner, config.hidden_act);
  const outer = kernels.dropout(linear(pass, parts.ffnOutput, activated), drops.feedForward, rows.queries);
  const second = kernels.layerNorm(
    first.output,
    outer,
    parameters(`${parts.outputNorm}.weight`),
    parameters(`${parts.outputNorm}.bias`),
    config.layer_norm_eps,
  );
  return {
    output: second.output,
    trace: {
      input,
      projected,
      projections,
      residual,
      probabilities,
      context,
      normal1: first.normal,
      inverse1: first.inverse,
      attended: first.output,
      inner,
      normal2: second.normal,
      inverse2: second.inverse,
    },
  };
}

/** The data that a backward pass reads and updates, besides the trace. */
export interface BackwardPass extends LayerPass {
  /** The accumulated gradient of a parameter, in its shape. */
  readonly gradient: (name: string) => Matrix;
}

/**
 * Computes the gradient of the layer's input from that of its output. Adds to the gradients of the layer's weights in place, so that
 * shared weights get the sum over all layers.
 */
export function layerBackward(
  pass: BackwardPass,
  names: LayerNames,
  drops: LayerDrops,
  rows: LayerRows,
  trace: LayerTrace,
  doutput: Matrix,
): Matrix {
  const { kernels, config, parameters, gradient } = pass;
  const parts = layerParts(names);
  const dsum2 = kernels.layerNormGradient(
    doutput,
    trace.normal2,
    trace.inverse2,
    parameters(`${parts.outputNorm}.weight`),
    gradient(`${parts.outputNorm}.weight`),
    gradient(`${parts.outputNorm}.bias`),
  );
  const douter = kernels.dropout(dsum2, drops.feedForward, rows.queries);
  // Recomputed, because keeping it would take a quarter of a step's memory.
  const activated = kernels.activate(trace.inner, config.hidden_act);
  const dactivated = linearBackward(pass, parts.ffnOutput, activated, douter);
  const dinner = kernels.activateGradientInPlace(trace.inner, dactivated, config.hidden_act);
  const dattended = linearBackward(pass, parts.ffn, trace.attended, dinner);
  kernels.accumulate(dsum2, dattended);

  const dsum1 = kernels.layerNormGradient(
    dattended,
    trace.normal1,
    trace.inverse1,
    parameters(`${parts.attentionNorm}.weight`),
    gradient(`${parts.attentionNorm}.weight`),
    gradient(`${parts.attentionNorm}.bias`),
  );
  const dprojected = kernels.dropout(dsum1, drops.attention, rows.queries);
  const dcontext = linearBackward(pass, parts.attentionOutput, trace.context, dprojected);
  return projectBackward(pass, names.attention, drops.probabilities, rows, trace, dcontext, dsum1);
}

/** Computes queries, keys and values, in one matrix product if all rows are queries. */
function project(
  pass: LayerPass,
  attention: string,
  input: Matrix,
  residual: Matrix,
): Pick<LayerTrace, 'projected' | 'projections'> {
  const hidden = input.columns;
  if (residual === input) {
    const joined = linear(pass, joinedProjections(attention), input);
    return { projected: [joined], projections: partsOf(joined, hidden) };
  }
  const { kernels } = pass;
  const { weight, bias } = joinedParameters(pass.parameters, attention);
  const queries = kernels.linear(residual, columnsOf(weight, 0, hidden), columnsOf(bias, 0, hidden));
  const keyValues = kernels.linear(input, columnsOf(weight, hidden, 2 * hidden), columnsOf(bias, hidden, 2 * hidden));
  return { projected: [queries, keyValues], projections: { queries, keyValues } };
}

/** Computes the gradient of the layer's input from those of the context and of the residual. */
function projectBackward(
  pass: BackwardPass,
  attention: string,
  drop: Drop,
  rows: LayerRows,
  { input, residual, projections, probabilities }: LayerTrace,
  dcontext: Matrix,
  dresidual: Matrix,
): Matrix {
  const { kernels } = pass;
  const hidden = input.columns;
  if (!rows.queries) {
    const djoined = kernels.allocate(input.rows, 3 * hidden);
    kernels.attendGradient(projections, partsOf(djoined, hidden), probabilities, dcontext, rows.shape, drop);
    const dinput = linearBackward(pass, joinedProjections(attention), input, djoined);
    kernels.accumulate(dresidual, dinput);
    return dinput;
  }
  const gradients = {
    queries: kernels.allocate(residual.rows, hidden),
    keyValues: kernels.allocate(input.rows, 2 * hidden),
  };
  kernels.attendGradient(projections, gradients, probabilities, dcontext, rows.shape, drop);
  const { weight } = joinedParameters(pass.parameters, attention);
  const { weight: dweight, bias: dbias } = joinedParameters(pass.gradient, attention);
  const backward = (x: Matrix, dy: Matrix, first: number): Matrix =>
    addGradients(kernels, x, dy, {
      weight: columnsOf(weight, first, dy.columns),
      dweight: columnsOf(dweight, first, dy.columns),
      dbias: columnsOf(dbias, first, dy.columns),
    });
  const dqueried = backward(residual, gradients.queries, 0);
  const dinput = backward(input, gradients.keyValues, hidden);
  kernels.accumulate(dresidual, dqueried);
  kernels.scatterAdd(dqueried, rows.queries, dinput);
  return dinput;
}

function partsOf(joined: Matrix, hidden: number): Projections {
  return { queries: columnsOf(joined, 0, hidden), keyValues: columnsOf(joined, hidden, 2 * hidden) };
}

function joinedParameters(
  parameters: (name: string) => Matrix,
  attention: string,
): Readonly<Record<'weight' | 'bias', Matrix>> {
  const name = joinedProjections(attention);
  return { weight: parameters(`${name}.weight`), bias: parameters(`${name}.bias`) };
}

/** Backward pass of `y = x W + b`: adds to the gradients of `W` and `b`, and returns that of `x`. */
export function linearBackward(
  { kernels, parameters, gradient }: BackwardPass,
  name: string,
  x: Matrix,
  dy: Matrix,
): Matrix {
  return addGradients(kernels, x, dy, {
    weight: parameters(`${name}.weight`),
    dweight: gradient(`${name}.weight`),
    dbias: gradient(`${name}.bias`),
  });
}

function addGradients(
  kernels: WasmKernels,
  x: Matrix,
  dy: Matrix,
  { weight, dweight, dbias }: Readonly<Record<'weight' | 'dweight' | 'dbias', Matrix>>,
): Matrix {
  kernels.addWeightGradient(x, dy, dweight);
  kernels.addColumnSums(dy, dbias);
  return kernels.linearInputGradient(dy, weight);
}

/** Computes `x W + b`. */
export function linear({ kernels, parameters }: LayerPass, name: string, x: Matrix): Matrix {
  return kernels.linear(x, parameters(`${name}.weight`), parameters(`${name}.bias`));
}
