import { allocate, allocateWith, concatenate, copyOf } from '@albert-web/errors';
import { float32ToHalf } from '@albert-web/core';
import type { Checkpoint, StoredTensor } from '../checkpoint.ts';
import { bytesOf } from '../dtype.ts';
import { modelTensors, readValues, weightShape } from '../quantize/stored.ts';
import type { WrittenFile } from '../safetensors/shards.ts';
import { shardBytes } from '../files/shard-bytes.ts';

/** Storage precision. `uint8` and `uint16` store levels between the minimum and maximum of each tensor. */
export type TfjsPrecision = 'f32' | 'f16' | 'uint8' | 'uint16';

/**
 * Writes `model.json` with a weights manifest and `group1-shard1of3.bin` and so on, for `tf.io.loadWeights`. Names and layout are
 * those of the checkpoint.
 */
export function writeTfjs(
  { tensors }: Checkpoint,
  { precision = 'f32', maxBytes = shardBytes }: { readonly precision?: TfjsPrecision; readonly maxBytes?: number } = {},
): WrittenFile[] {
  const weights = modelTensors(tensors).map((tensor) => encode(tensor, tensors, precision));
  const bytes = concatenate(
    Uint8Array,
    weights.map((weight) => weight.bytes),
  );
  const count = Math.max(1, Math.ceil(bytes.length / maxBytes));
  const shards = Array.from({ length: count }, (_, shard) => ({
    path: `group1-shard${shard + 1}of${count}.bin`,
    bytes: copyOf(bytes.subarray(shard * maxBytes, (shard + 1) * maxBytes)),
  }));
  const manifest = {
    generatedBy: 'albert-web',
    weightsManifest: [{ paths: shards.map(({ path }) => path), weights: weights.map(({ spec }) => spec) }],
  };
  return [...shards, { path: 'model.json', bytes: new TextEncoder().encode(JSON.stringify(manifest)) }];
}

interface Encoded {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly bytes: Uint8Array;
}

function encode(tensor: StoredTensor, tensors: Checkpoint['tensors'], precision: TfjsPrecision): Encoded {
  const values = readValues(tensors, tensor);
  const spec = { name: tensor.name, shape: weightShape(tensors, tensor), dtype: 'float32' };
  if (precision === 'f32') return { spec, bytes: bytesOf(values) };
  if (precision === 'f16') {
    return { spec: { ...spec, quantization: { dtype: 'float16' } }, bytes: bytesOf(float32ToHalf(values)) };
  }
  const { levels, scale, min } = quantize(values, precision === 'uint8' ? 255 : 65_535);
  const bytes = precision === 'uint8' ? Uint8Array.from(levels) : bytesOf(levels);
  return { spec: { ...spec, quantization: { dtype: precision, scale, min } }, bytes };
}

/** Quantizes to `value = level * scale + min`, with levels from 0 to `top`. */
function quantize(values: Float32Array, top: number) {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (!(max > min)) return { levels: allocate(Uint16Array, values.length), scale: 1, min: values.length ? min : 0 };
  const scale = (max - min) / top;
  const levels = allocateWith(2 * values.length, () =>
    Uint16Array.from(values, (value) => Math.round((value - min) / scale)),
  );
  return { levels, scale, min };
}
