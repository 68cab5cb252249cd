import { float32ToHalf } from '@albert-web/core';
import { seededRandom } from '@albert-web/testing';
import type { Checkpoint, StoredTensor } from '../checkpoint.ts';
import { bytesOf } from '../dtype.ts';
import { modelFiles, missingFile } from '../files/model-files.ts';
import type { ModelFiles } from '../files/types.ts';
import { verifyFile } from '../files/verify.ts';

/** Makes a checkpoint of random tensors from names and shapes, in F32 unless the name ends in `.half`. */
export function randomCheckpoint(shapes: Readonly<Record<string, readonly number[]>>, seed = 1): Checkpoint {
  const random = seededRandom(seed);
  const tensors = Object.entries(shapes).map(([name, shape]): [string, StoredTensor] => {
    const values = random.normals(shape.reduce((product, side) => product * side, 1));
    const half = name.endsWith('.half');
    return [name, { name, shape, dtype: half ? 'F16' : 'F32', bytes: bytesOf(half ? float32ToHalf(values) : values) }];
  });
  return { tensors: new Map(tensors), metadata: { format: 'pt' } };
}

/** Makes a model from files in memory. */
export function filesInMemory(files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>): ModelFiles {
  const find = (path: string): Uint8Array<ArrayBuffer> => {
    const bytes = Object.hasOwn(files, path) ? files[path] : undefined;
    if (!bytes) throw missingFile(path, 'memory');
    return bytes;
  };
  return modelFiles({
    location: 'memory',
    read: (path, { onBytes, expected }) =>
      Promise.resolve().then(async () => {
        const bytes = find(path);
        if (expected) await verifyFile(path, bytes, expected);
        onBytes?.(bytes.length >> 1, bytes.length);
        onBytes?.(bytes.length, bytes.length);
        return bytes.slice();
      }),
    size: (path) => Promise.resolve().then(() => find(path).length),
  });
}

/** Converts the result of a writer to the argument of `filesInMemory`. */
export function fileRecord(files: readonly { path: string; bytes: Uint8Array<ArrayBuffer> }[]) {
  return Object.fromEntries(files.map(({ path, bytes }) => [path, bytes]));
}
