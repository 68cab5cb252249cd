import type { Checkpoint, StoredTensor } from '../checkpoint.ts';
import { quantizeCheckpoint } from '../quantize/quantize.ts';
import { writeSafetensors } from './write.ts';

/**
 * Writes a single `model.safetensors` with plain weights for Hugging Face transformers.
 *
 * transformers ties `predictions.bias` of the masked-LM head to `predictions.decoder.bias`. If the file has only the first,
 * it uses the second, freshly initialized (4.46, `AlbertMLMHead._tie_weights`). Therefore the file contains both.
 *
 * @throws InvalidArgumentError when a weight does not fit in f16.
 */
export function writeHuggingFace(checkpoint: Checkpoint, precision: 'f32' | 'f16' = 'f32'): Uint8Array<ArrayBuffer> {
  const { tensors, metadata } = quantizeCheckpoint(checkpoint, precision).checkpoint;
  const complete = new Map<string, StoredTensor>(tensors);
  const bias = tensors.get('predictions.bias');
  const name = 'predictions.decoder.bias';
  if (bias && !tensors.has(name)) complete.set(name, { ...bias, name });
  return writeSafetensors({ tensors: complete, metadata });
}
