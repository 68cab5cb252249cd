import type { AlbertModel } from '@albert-web/core';
import { architectureOf, checkFinite, modelWeights, readParameter } from '@albert-web/core';
import {
  quantizeCheckpoint,
  writeSafetensors,
  writeShardedCheckpoint,
  type StoredTensor,
} from '@albert-web/checkpoints';

/** Files of a folder by name. */
export type FolderFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/**
 * `config.json` and `model.safetensors` of a model, as Hugging Face transformers and this runtime open them; in `q8`
 * sharded, for this runtime alone. The tokenizer's files are not among them: they are copied from where the model came from.
 *
 * @throws NonFiniteWeightError rather than writing a model that diverged over one that did not; InvalidArgumentError when
 * a weight does not fit in `f16`.
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
  const { checkpoint } = quantizeCheckpoint({ tensors, metadata: {} }, precision);
  const shards = precision === 'q8' ? await writeShardedCheckpoint(checkpoint) : undefined;
  return new Map([
    ['config.json', new TextEncoder().encode(`${JSON.stringify(json, null, 2)}\n`)],
    ...(shards?.map(({ path, bytes }) => [path, bytes] as const) ?? [
      ['model.safetensors', writeSafetensors(checkpoint)] as const,
    ]),
  ]);
}

/** Models with a head keep the base model under `albert.`. */
function storedName(name: string, isBase: boolean): string {
  return isBase || !/^(?:embeddings|encoder|pooler)\./u.test(name) ? name : `albert.${name}`;
}

/** The bytes of an array's values, little-endian as every platform of this runtime is. */
export function bytesOf(values: Float32Array): Uint8Array<ArrayBuffer> {
  const copy = Float32Array.from(values);
  return new Uint8Array(copy.buffer);
}
