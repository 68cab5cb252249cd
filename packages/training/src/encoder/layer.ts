/**
 * One encoder layer over packed rows, with hand-written forward and backward passes. The reference for the forward pass is
 * `encoder.ts` of `@albert-web/core`.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { layerParts, type AlbertConfig, type LayerNames, type Parameters } from '@albert-web/core';
import type { AttentionShape, Drop, WasmKernels } from './wasm-kernels.ts';

/** Shared by the layers of a pass. */
export interface LayerPass {
  readonly kernels: WasmKernels;
  readonly config: AlbertConfig;
  /** Parameters by canonical name. Query, key and value are joined as `qkv`. */
  readonly parameters: Parameters;
  readonly shape: AttentionShape;
}

/** The dropouts of a layer, in order of use. */
export interface LayerDrops {
  readonly probabilities: Drop;
  readonly attention: Drop;
  readonly feedForward: Drop;
}

/** Results of a layer's forward pass that its backward pass needs. Rows are tokens. */
export interface LayerTrace {
  readonly input: tf.Tensor2D; // [tokens, hidden]
  readonly qkv: tf.Tensor2D; // [tokens, 3 * hidden]
  readonly probabilities: tf.Tensor1D;
  readonly context: tf.Tensor2D; // [tokens, hidden]
  readonly normal1: tf.Tensor2D; // [tokens, hidden], before scale and shift
  readonly inverse1: tf.Tensor1D; // [tokens]
  readonly attended: tf.Tensor2D; // [tokens, hidden]
  readonly inner: tf.Tensor2D; // [tokens, intermediate], before the activation
  readonly activated: tf.Tensor2D; // [tokens, intermediate]
  readonly normal2: tf.Tensor2D;
  readonly inverse2: tf.Tensor1D;
}

/** The tensors of a trace, in the order in which they are saved on the tape. */
export const traceFields = [
  'input',
  'qkv',
  'probabilities',
  'context',
  'normal1',
  'inverse1',
  'attended',
  'inner',
  'activated',
  'normal2',
  'inverse2',
] as const satisfies readonly (keyof LayerTrace)[];

/** Prefix of the joined query, key and value, which exist only in this encoder. */
export function joinedProjections(attention: string): string {
  return `${attention}.qkv`;
}

/** `[tokens, hidden] -> [tokens, hidden]`. */
export function layerForward(
  pass: LayerPass,
  names: LayerNames,
  drops: LayerDrops,
  input: tf.Tensor2D,
): { output: tf.Tensor2D; trace: LayerTrace } {
  const { kernels, config, parameters, shape } = pass;
  const parts = layerParts(names);
  const qkv = linear(pass, joinedProjections(names.attention), input);
  const { context, probabilities } = kernels.attend(qkv, shape, drops.probabilities);
  const projected = kernels.dropout(linear(pass, parts.attentionOutput, context), drops.attention);
  const first = kernels.layerNorm(
    input,
    projected,
    parameters(`${parts.attentionNorm}.weight`),
    parameters(`${parts.attentionNorm}.bias`),
    config.layer_norm_eps,
  );

  const inner = linear(pass, parts.ffn, first.output);
  const activated = kernels.activate(inner, config.hidden_act) as tf.Tensor2D;
  const outer = kernels.dropout(linear(pass, parts.ffnOutput, activated), drops.feedForward);
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
      qkv,
      probabilities,
      context,
      normal1: first.normal,
      inverse1: first.inverse,
      attended: first.output,
      inner,
      activated,
      normal2: second.normal,
      inverse2: second.inverse,
    },
  };
}

/** What a backward pass reads and updates, besides the trace. */
export interface BackwardPass extends LayerPass {
  /** The running gradient of a parameter, in its shape. */
  readonly gradient: (name: string) => tf.Tensor;
}

/**
 * The gradient of the layer's input, given that of its output. Adds to the gradients of the layer's weights in place, so that shared
 * weights get the sum over all layers.
 */
export function layerBackward(
  pass: BackwardPass,
  names: LayerNames,
  drops: LayerDrops,
  trace: LayerTrace,
  doutput: tf.Tensor2D,
): tf.Tensor2D {
  const { kernels, config, parameters, shape, gradient } = pass;
  const parts = layerParts(names);
  const dsum2 = kernels.layerNormGradient(
    doutput,
    trace.normal2,
    trace.inverse2,
    parameters(`${parts.outputNorm}.weight`),
    gradient(`${parts.outputNorm}.weight`),
    gradient(`${parts.outputNorm}.bias`),
  );
  const douter = kernels.dropout(dsum2, drops.feedForward);
  const dactivated = linearBackward(pass, parts.ffnOutput, trace.activated, douter);
  const dinner = kernels.activateGradientInPlace(trace.inner, dactivated, config.hidden_act) as tf.Tensor2D;
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
  const dprojected = kernels.dropout(dsum1, drops.attention);
  const dcontext = linearBackward(pass, parts.attentionOutput, trace.context, dprojected);
  const dqkv = kernels.attendGradient(trace.qkv, trace.probabilities, dcontext, shape, drops.probabilities);
  const dinput = linearBackward(pass, joinedProjections(names.attention), trace.input, dqkv);
  kernels.accumulate(dsum1, dinput);
  return dinput;
}

/** Backward pass of `y = x W + b`: adds to the gradients of `W` and `b`, and returns that of `x`. */
function linearBackward(
  { kernels, parameters, gradient }: BackwardPass,
  name: string,
  x: tf.Tensor2D,
  dy: tf.Tensor2D,
): tf.Tensor2D {
  kernels.addWeightGradient(x, dy, gradient(`${name}.weight`) as tf.Tensor2D);
  kernels.addColumnSums(dy, gradient(`${name}.bias`));
  return kernels.linearInputGradient(dy, parameters(`${name}.weight`) as tf.Tensor2D);
}

/** `x W + b`. */
function linear({ kernels, parameters }: LayerPass, name: string, x: tf.Tensor2D): tf.Tensor2D {
  return kernels.linear(x, parameters(`${name}.weight`) as tf.Tensor2D, parameters(`${name}.bias`));
}
