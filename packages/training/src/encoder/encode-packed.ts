/**
 * The encoder's layers for training on tfjs's WASM backend, as one operation on the tape with a hand-written gradient.
 *
 * Since ALBERT's layers share their weights, query, key and value are joined once per step instead of once per layer, and gradients
 * are summed in place as the backward pass goes through the layers.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { AlbertConfig, LayerNames, Parameters } from '@albert-web/core';
import { attentionParts, encoderLayers, feedForwardParts, linear, lookUp } from '@albert-web/core';
import type { DropoutKeys } from '../dropout.ts';
import { keepThreshold } from '../dropout.ts';
import type { BackwardPass, LayerPass, LayerDrops, LayerTrace } from './layer.ts';
import { joinedProjections, layerBackward, layerForward, traceFields } from './layer.ts';
import type { Packing } from './packing.ts';
import { dropNothing, type Drop, type WasmKernels } from './wasm-kernels.ts';

/**
 * `[tokens, embedding] -> [tokens, hidden]`, packed rows, differentiable in `embedded` and in the encoder's parameters.
 *
 * @param keys dropout keys; undefined for no dropout
 */
export function encodePacked(
  kernels: WasmKernels,
  parameters: Parameters,
  config: AlbertConfig,
  embedded: tf.Tensor2D,
  packing: Packing,
  keys?: DropoutKeys,
): tf.Tensor2D {
  const layers = encoderLayers(config).flat();
  const draw = (rate: number): Drop =>
    keys && rate > 0 ? { key: keys.next(), threshold: keepThreshold(rate), scale: 1 / (1 - rate) } : dropNothing;
  const dropped = dropRows(kernels, embedded, draw(config.hidden_dropout_prob));
  const hidden = linear(dropped, parameters, 'encoder.embedding_hidden_mapping_in') as tf.Tensor2D;
  // In the same order as core's encoder.
  const drops = layers.map(() => ({
    probabilities: draw(config.attention_probs_dropout_prob),
    attention: draw(config.hidden_dropout_prob),
    feedForward: draw(config.hidden_dropout_prob),
  }));
  return runLayers(kernels, config, layers, layerParameters(parameters, layers), drops, packing, hidden);
}

/** Dropout, recorded on the tape. */
function dropRows(kernels: WasmKernels, x: tf.Tensor2D, drop: Drop): tf.Tensor2D {
  if (drop.threshold === 0) return x;
  const apply = tf.customGrad((x) => ({
    value: kernels.dropout(x as tf.Tensor2D, drop),
    gradFunc: (dy) => kernels.dropout(dy as tf.Tensor2D, drop),
  }));
  return apply(x) as tf.Tensor2D;
}

/** The parameters of all layers, with query, key and value joined on the tape as `qkv`, `[hidden, 3 * hidden]`. */
function layerParameters(parameters: Parameters, layers: readonly LayerNames[]): Map<string, tf.Tensor> {
  const found = new Map<string, tf.Tensor>();
  const take = (name: string): void => {
    for (const kind of ['weight', 'bias']) found.set(`${name}.${kind}`, parameters(`${name}.${kind}`));
  };
  const join = (names: readonly string[], kind: string, axis: number): tf.Tensor =>
    tf.concat(
      names.map((name) => parameters(`${name}.${kind}`)),
      axis,
    );
  for (const attention of new Set(layers.map((layer) => layer.attention))) {
    const { query, key, value, attentionOutput, attentionNorm } = attentionParts(attention);
    const joined = joinedProjections(attention);
    found.set(`${joined}.weight`, join([query, key, value], 'weight', 1));
    found.set(`${joined}.bias`, join([query, key, value], 'bias', 0));
    take(attentionOutput);
    take(attentionNorm);
  }
  for (const feedForward of new Set(layers.map((layer) => layer.feedForward))) {
    Object.values(feedForwardParts(feedForward)).forEach(take);
  }
  return found;
}

/** All layers as one operation, with `hidden` and every parameter as inputs. */
function runLayers(
  kernels: WasmKernels,
  config: AlbertConfig,
  layers: readonly LayerNames[],
  parameters: ReadonlyMap<string, tf.Tensor>,
  drops: readonly LayerDrops[],
  packing: Packing,
  hidden: tf.Tensor2D,
): tf.Tensor2D {
  const names = [...parameters.keys()];
  const operation = tf.customGrad((...args) => {
    const inputs = args.slice(0, -1) as tf.Tensor[];
    const save = args.at(-1) as unknown as tf.GradSaveFunc;
    const pass: LayerPass = {
      kernels,
      config,
      parameters: lookUp(new Map(names.map((name, index) => [name, inputs[index + 1] as tf.Tensor]))),
      shape: {
        ...packing,
        starts: tf.tensor1d(packing.starts, 'int32'),
        sequences: packing.starts.length - 1,
        heads: config.num_attention_heads,
      },
    };
    const traces: LayerTrace[] = [];
    let output = inputs[0] as tf.Tensor2D;
    layers.forEach((layer, index) => {
      const result = layerForward(pass, layer, drops[index] as LayerDrops, output);
      traces.push(result.trace);
      output = result.output;
    });
    save([...inputs, pass.shape.starts, ...traces.flatMap((trace) => traceFields.map((field) => trace[field]))]);
    return {
      value: output,
      gradFunc: (doutput, saved) =>
        tf.tidy(() => runBackward(pass, layers, drops, names, saved, doutput as tf.Tensor2D)),
    };
  });
  return operation(hidden, ...parameters.values()) as tf.Tensor2D;
}

/** Gradients of `hidden` and of the named parameters, in that order. */
function runBackward(
  forward: LayerPass,
  layers: readonly LayerNames[],
  drops: readonly LayerDrops[],
  names: readonly string[],
  saved: readonly tf.Tensor[],
  doutput: tf.Tensor2D,
): tf.Tensor[] {
  const parameters = new Map(names.map((name, index) => [name, saved[index + 1] as tf.Tensor]));
  const gradients = new Map([...parameters].map(([name, parameter]) => [name, tf.zerosLike(parameter)]));
  const pass: BackwardPass = {
    ...forward,
    parameters: lookUp(parameters),
    shape: { ...forward.shape, starts: saved[names.length + 1] as tf.Tensor1D },
    gradient: lookUp(gradients),
  };
  let dhidden = doutput;
  for (let index = layers.length - 1; index >= 0; index--) {
    const trace = readTrace(saved, names.length + 2 + index * traceFields.length);
    const above = dhidden;
    dhidden = tf.tidy(() => layerBackward(pass, layers[index] as LayerNames, drops[index] as LayerDrops, trace, above));
    if (above !== doutput) above.dispose();
  }
  return [dhidden, ...names.map(pass.gradient)];
}

function readTrace(saved: readonly tf.Tensor[], start: number): LayerTrace {
  return Object.fromEntries(traceFields.map((field, index) => [field, saved[start + index]])) as unknown as LayerTrace;
}
