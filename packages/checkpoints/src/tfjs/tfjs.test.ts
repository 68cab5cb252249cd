/** Compares both directions with TensorFlow.js's own decoder. */
import { readFixture, useBackendUnderTest } from '@albert-web/testing';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { toFloat32 } from '../dtype.ts';
import { parseSafetensors } from '../safetensors/parse.ts';
import { fileRecord, filesInMemory, randomCheckpoint } from '../testing/checkpoints.ts';
import { readTfjs } from './read.ts';
import { writeTfjs, type TfjsPrecision } from './write.ts';
import { ConvertError, UnsafePathError } from '../errors.ts';

const checkpoint = randomCheckpoint({ a: [30, 40], b: [7], constant: [], 'c.half': [3, 5] });
const precisions: readonly TfjsPrecision[] = ['f32', 'f16', 'uint8', 'uint16'];
const utf8 = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

beforeAll(useBackendUnderTest);

/** Decodes the same files with tfjs. */
async function decodeByTfjs(files: Record<string, Uint8Array<ArrayBuffer>>) {
  const { weightsManifest } = JSON.parse(new TextDecoder().decode(files['model.json'])) as {
    weightsManifest: { paths: string[]; weights: tf.io.WeightsManifestEntry[] }[];
  };
  const [group] = weightsManifest;
  const data = await new Blob(group?.paths.map((path) => files[path] ?? new Uint8Array())).arrayBuffer();
  return tf.io.decodeWeights(data, group?.weights ?? []);
}

describe.each(precisions)('a manifest in %s', (precision) => {
  it('is read as TensorFlow.js reads it', async () => {
    const files = fileRecord(writeTfjs(checkpoint, { precision, maxBytes: 1000 }));
    expect(Object.keys(files).length).toBeGreaterThan(2);
    const decoded = await decodeByTfjs(files);
    const { tensors } = await readTfjs(filesInMemory(files));
    expect([...tensors.keys()]).toEqual(Object.keys(decoded));
    for (const [name, tensor] of tensors) {
      expect(tensor.shape).toEqual(decoded[name]?.shape);
      expect(toFloat32(tensor), name).toEqual(decoded[name]?.dataSync());
    }
  });

  it('keeps the values within its resolution', async () => {
    const { tensors } = await readTfjs(filesInMemory(fileRecord(writeTfjs(checkpoint, { precision }))));
    const tolerance = { f32: 0, f16: 2e-3, uint8: 1.5e-2, uint16: 1e-4 }[precision];
    for (const [name, tensor] of checkpoint.tensors) {
      const read = tensors.get(name);
      const after = read ? toFloat32(read) : [];
      toFloat32(tensor).forEach((value, i) =>
        expect(Math.abs(value - (after[i] ?? NaN))).toBeLessThanOrEqual(tolerance),
      );
    }
  });
});

describe('readTfjs', () => {
  it('restores a real model bit for bit', async () => {
    const model = parseSafetensors(await readFixture('models/default-mlm/model.safetensors'));
    const { tensors } = await readTfjs(filesInMemory(fileRecord(writeTfjs(model))));
    expect(tensors).toEqual(model.tensors);
  });

  it('renames the variables of the original release', async () => {
    const { tensors } = randomCheckpoint({ 'bert/pooler/dense/kernel': [2, 3], 'bert/pooler/dense/bias': [3] });
    const read = await readTfjs(filesInMemory(fileRecord(writeTfjs({ tensors, metadata: {} }))));
    expect([...read.tensors.values()].map(({ name, shape }) => [name, shape])).toEqual([
      ['albert.pooler.weight', [3, 2]],
      ['albert.pooler.bias', [3]],
    ]);
  });

  const weight = { name: 'w', shape: [2], dtype: 'float32' };
  const read = (manifest: unknown, shard = new Uint8Array(8)) =>
    readTfjs(filesInMemory({ 'model.json': utf8(manifest), 'group1-shard1of1.bin': shard }));
  const group = (weights: unknown, paths: unknown = ['group1-shard1of1.bin']) => ({
    weightsManifest: [{ paths, weights }],
  });

  it('rejects paths that lead out of the model', async () => {
    await expect(read(group([weight], ['../secret']))).rejects.toThrow(UnsafePathError);
  });

  it.each<[string, unknown]>([
    ['no manifest', {}],
    ['no weights', group([])],
    ['a string', group([{ ...weight, dtype: 'string' }])],
    ['a negative side', group([{ ...weight, shape: [-2] }])],
    ['sides of 2^52', group([{ ...weight, shape: [2 ** 52, 2 ** 52] }])],
    ['too few bytes', group([{ ...weight, shape: [3] }])],
    ['too many bytes', group([{ ...weight, shape: [1] }])],
    ['an unknown quantization', group([{ ...weight, quantization: { dtype: 'uint4', scale: 1, min: 0 } }])],
    ['a scale that is not a number', group([{ ...weight, quantization: { dtype: 'uint8', scale: null, min: 0 } }])],
  ])('rejects %s', async (_, manifest) => {
    await expect(read(manifest)).rejects.toThrow(ConvertError);
  });
});
