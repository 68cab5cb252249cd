/** The encoder's weights on the GPU. Layers that share weights share textures. */
import type { AlbertConfig, LayerNames, WeightReader } from '@albert-web/core';
import { attentionParts, checkWeights, encoderLayers, encoderWeights, feedForwardParts } from '@albert-web/core';
import { memoize } from '../memoize.ts';
import type { WebglDevice } from './device.ts';
import { uploadLayerNorm } from './layer-norm/program.ts';
import type { LinearWeights } from './linear/weights.ts';
import { joinOutputs, padHeads, uploadLinear } from './linear/weights.ts';
import type { LayeredTexture } from './panels.ts';

export interface LayerWeights {
  readonly queryKeyValue: LayeredTexture;
  readonly attentionOutput: LayeredTexture;
  readonly attentionNorm: LayeredTexture;
  readonly ffn: LayeredTexture;
  readonly ffnOutput: LayeredTexture;
  readonly outputNorm: LayeredTexture;
}

export interface EncoderWeights {
  readonly mapping: LayeredTexture;
  /** `layers[i]` are the inner layers of hidden layer `i`. */
  readonly layers: readonly (readonly LayerWeights[])[];
  readonly bytes: number;
  dispose(): void;
}

/**
 * Uploads the encoder's weights. Leaves nothing behind when it throws.
 *
 * @throws MissingTensorError, TensorShapeError, NonFiniteWeightError, WebglUnsupportedError
 */
export function uploadWeights(device: WebglDevice, config: AlbertConfig, weights: WeightReader): EncoderWeights {
  checkWeights(encoderWeights(config), weights);
  const uploaded: LayeredTexture[] = [];
  const dispose = (): void => {
    for (const texture of uploaded.splice(0)) texture.dispose();
  };
  const keep = (texture: LayeredTexture): LayeredTexture => {
    uploaded.push(texture);
    return texture;
  };
  const linear = (name: string): LinearWeights => readLinear(weights, name);
  const norm = (name: string): LayeredTexture =>
    keep(uploadLayerNorm(device, weights.float32(`${name}.weight`), weights.float32(`${name}.bias`)));
  const heads = config.num_attention_heads;

  const attention = memoize((prefix) => {
    const { query, key, value, attentionOutput, attentionNorm } = attentionParts(prefix);
    const projections = [query, key, value].map((name) => padHeads(linear(name), heads, 'output'));
    return {
      queryKeyValue: keep(uploadLinear(device, joinOutputs(projections))),
      attentionOutput: keep(uploadLinear(device, padHeads(linear(attentionOutput), heads, 'input'))),
      attentionNorm: norm(attentionNorm),
    };
  });
  const feedForward = memoize((prefix) => {
    const { ffn, ffnOutput, outputNorm } = feedForwardParts(prefix);
    return {
      ffn: keep(uploadLinear(device, linear(ffn))),
      ffnOutput: keep(uploadLinear(device, linear(ffnOutput))),
      outputNorm: norm(outputNorm),
    };
  });
  const layer = (names: LayerNames): LayerWeights => ({
    ...attention(names.attention),
    ...feedForward(names.feedForward),
  });
  try {
    const mapping = keep(uploadLinear(device, linear('encoder.embedding_hidden_mapping_in')));
    const layers = encoderLayers(config).map((inner) => inner.map(layer));
    const bytes = uploaded.reduce((total, texture) => total + texture.bytes, 0);
    return { mapping, layers, bytes, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

function readLinear(weights: WeightReader, name: string): LinearWeights {
  const [output = 0, input = 0] = weights.shape(`${name}.weight`) ?? [];
  return { weight: weights.float32(`${name}.weight`), bias: weights.float32(`${name}.bias`), input, output };
}
