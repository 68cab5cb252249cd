import type { Checkpoint, StoredTensor } from '../checkpoint.ts';
import { quantizeCheckpoint } from '../quantize/quantize.ts';
import { writeSafetensors } from './write.ts';

/**
 * One `model.safetensors` for Hugging Face transformers: plain weights, whatever the checkpoint is stored as.
 *
 * transformers ties a masked-LM head's `predictions.bias` to `predictions.decoder.bias`, and when the file has only the
 * first it keeps the second, freshly initialized (4.46, `AlbertMLMHead._tie_weights`). So the file has both.
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
