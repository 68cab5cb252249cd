/** What transformers.js reads of a model beside its configuration, made from what we ship. */
import { toTokenizerJson } from '@albert-web/tokenizer';
import { exportOnnx, weightReader } from '@albert-web/checkpoints';
import type { Model } from './shapes.ts';

/** Contents by path in the model's folder. @param settings of `tokenizer_config.json` */
export function filesForTransformers(
  { config, checkpoint }: Model,
  spiece: Uint8Array<ArrayBuffer>,
  settings: object,
): Readonly<Record<string, string | Uint8Array<ArrayBuffer>>> {
  return {
    'tokenizer.json': JSON.stringify(toTokenizerJson(spiece, settings)),
    'tokenizer_config.json': JSON.stringify({ ...settings, tokenizer_class: 'AlbertTokenizer' }),
    // transformers.js's name of the int8 model.
    'onnx/model_quantized.onnx': exportOnnx({ config, weights: weightReader(checkpoint), precision: 'q8' }),
  };
}
