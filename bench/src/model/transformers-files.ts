/** The files that transformers.js reads besides the configuration, made from those that we ship. */
import { toTokenizerJson } from '@albert-web/tokenizer';
import { exportOnnx, weightReader } from '@albert-web/checkpoints';
import type { Model } from './shapes.ts';

/** Returns contents by path in the model's folder. @param settings contents of `tokenizer_config.json` */
export function filesForTransformers(
  { config, checkpoint }: Model,
  spiece: Uint8Array<ArrayBuffer>,
  settings: object,
): Readonly<Record<string, string | Uint8Array<ArrayBuffer>>> {
  return {
    'tokenizer.json': JSON.stringify(toTokenizerJson(spiece, settings)),
    'tokenizer_config.json': JSON.stringify({ ...settings, tokenizer_class: 'AlbertTokenizer' }),
    // transformers.js's name for the int8 model.
    'onnx/model_quantized.onnx': exportOnnx({ config, weights: weightReader(checkpoint), precision: 'q8' }),
  };
}
