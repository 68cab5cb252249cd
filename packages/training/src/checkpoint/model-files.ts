import { allocateWith } from '@albert-web/errors';
import type { AlbertModel } from '@albert-web/core';
import { architectureOf, checkFinite, modelWeights, readParameter } from '@albert-web/core';
import {
  quantizeCheckpoint,
  writeHuggingFace,
  writeShardedCheckpoint,
  type StoredTensor,
} from '@albert-web/checkpoints';

/** Files of a folder by name. */
export type FolderFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/**
 * Writes `config.json` and `model.safetensors`, for Hugging Face transformers and this runtime; in `q8` as shards, for this runtime
 * only. Tokenizer files are not included: copy those of the original model.
 *
 * @throws NonFiniteWeightError, so that a diverged model does not overwrite a good one; InvalidArgumentError if a weight does not
 * fit in `f16`
 */
export async function writeModelFiles(
  model: AlbertModel,
  precision: 'f32' | 'f16' | 'q8' = 'f32',
): Promise<FolderFiles> {
  const { config, head, parameters } = model;
  const tensors = new Map<string, StoredTensor>();
  for (const spec of modelWeights(config, head)) {
    const name = storedName(spec.name, head === 'base');
    const values = await readParameter(spec, parameters);
    checkFinite(spec.name, values);
    tensors.set(name, { name, dtype: 'F32', shape: spec.shape, bytes: bytesOf(values) });
  }
  const torchType = precision === 'f32' ? 'float32' : 'float16';
  const json = { ...config, architectures: [architectureOf(head)], torch_dtype: torchType };
  const checkpoint = { tensors, metadata: {} };
  const files =
    precision === 'q8'
      ? await writeShardedCheckpoint(quantizeCheckpoint(checkpoint, precision).checkpoint)
      : [{ path: 'model.safetensors', bytes: writeHuggingFace(checkpoint, precision) }];
  return new Map([
    ['config.json', new TextEncoder().encode(`${JSON.stringify(json, null, 2)}\n`)],
    ...files.map(({ path, bytes }) => [path, bytes] as const),
  ]);
}

/** Adds the prefix `albert.` to weights of the base model if the model has a head. */
function storedName(name: string, isBase: boolean): string {
  return isBase || !/^(?:embeddings|encoder|pooler)\./u.test(name) ? name : `albert.${name}`;
}

/** Returns a copy of an array's bytes. They are little-endian, as on every supported platform. */
export function bytesOf(values: Float32Array): Uint8Array<ArrayBuffer> {
  const copy = allocateWith(values.byteLength, () => Float32Array.from(values));
  return new Uint8Array(copy.buffer);
}
