import { InvalidArgumentError } from '@albert-web/errors';
import type { Checkpoint, StoredTensor } from '../checkpoint.ts';
import { sha256 } from '../files/sha256.ts';
import type { FileIdentity } from '../files/types.ts';
import { indexFile, partName } from './shard-index.ts';
import { widestFirst, writeTensors } from './write.ts';
import { shardBytes } from '../files/shard-bytes.ts';

/** A file to write to a model's folder. */
export interface WrittenFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Writes shards of at most `maxBytes` each, and a `model.safetensors.index.json` with the size and SHA-256 of every shard.
 *
 * The index follows Hugging Face's format, with two additions to `metadata`: `shards` has the size and hash of each file, and
 * `row_split` lists tensors larger than a shard. Their rows are stored as `<name>.part0`, `<name>.part1` and so on in consecutive
 * shards; concatenated, they are the tensor. Only this runtime can read such a checkpoint; for transformers, write a single file
 * (`writeSafetensors`).
 *
 * @throws InvalidArgumentError when one row of a tensor is larger than a shard.
 */
export async function writeShardedCheckpoint(
  { tensors, metadata }: Checkpoint,
  { maxBytes = shardBytes }: { readonly maxBytes?: number } = {},
): Promise<WrittenFile[]> {
  const { shards, rowSplit } = splitIntoShards(widestFirst(tensors.values()), metadata, maxBytes);
  const files = shards.map((shard, index) => ({
    path: `model-${fiveDigits(index + 1)}-of-${fiveDigits(shards.length)}.safetensors`,
    bytes: writeTensors(shard, metadata),
  }));
  const identities: Record<string, FileIdentity> = {};
  for (const { path, bytes } of files) identities[path] = { size: bytes.length, sha256: await sha256(bytes) };
  const index = {
    metadata: {
      ...metadata,
      total_size: [...tensors.values()].reduce((total, { bytes }) => total + bytes.length, 0),
      shards: identities,
      row_split: rowSplit,
    },
    weight_map: Object.fromEntries(
      shards.flatMap((shard, index) => shard.map(({ name }) => [name, files[index]?.path ?? ''])),
    ),
  };
  const text = `${JSON.stringify(index, null, 2)}\n`;
  return [...files, { path: indexFile, bytes: new TextEncoder().encode(text) }];
}

const fiveDigits = (number: number): string => String(number).padStart(5, '0');

interface Split {
  readonly shards: StoredTensor[][];
  readonly rowSplit: Record<string, number>;
}

/** Fills one shard after another. A tensor that is larger than a shard continues in the next one. */
function splitIntoShards(
  tensors: readonly StoredTensor[],
  metadata: Readonly<Record<string, string>>,
  maxBytes: number,
): Split {
  const emptyShard = 8 + headerRoom(JSON.stringify({ __metadata__: { format: 'pt', ...metadata } }));
  const shards: StoredTensor[][] = [[]];
  const rowSplit: Record<string, number> = {};
  let room = maxBytes - emptyShard;
  const nextShard = (): void => {
    if (shards.at(-1)?.length) shards.push([]);
    room = maxBytes - emptyShard;
  };
  const place = (tensor: StoredTensor): void => {
    shards.at(-1)?.push(tensor);
    room -= tensor.bytes.length + headerRoom(tensor.name);
  };
  for (const tensor of tensors) {
    const needed = tensor.bytes.length + headerRoom(tensor.name);
    if (needed > room && needed <= maxBytes - emptyShard) nextShard();
    if (needed <= room) {
      place(tensor);
      continue;
    }
    const rows = tensor.shape[0] ?? 1;
    const rowBytes = tensor.bytes.length / rows;
    const partRoom = headerRoom(tensor.name) + 8;
    let row = 0;
    let part = 0;
    while (row < rows) {
      const fitting = Math.min(rows - row, Math.floor((room - partRoom) / rowBytes));
      if (fitting < 1) {
        if (!shards.at(-1)?.length) throw rowTooLarge(tensor, rowBytes, maxBytes);
        nextShard();
        continue;
      }
      place(rowsOf(tensor, partName(tensor.name, part++), row, fitting));
      row += fitting;
    }
    rowSplit[tensor.name] = part;
  }
  return { shards, rowSplit };
}

/** Returns the maximum bytes of a tensor's entry in the header: its name, and 128 for dtype, shape, offsets and padding. */
const headerRoom = (name: string): number => new TextEncoder().encode(JSON.stringify(name)).length + 128;

function rowsOf(tensor: StoredTensor, name: string, row: number, rows: number): StoredTensor {
  const rowBytes = tensor.bytes.length / (tensor.shape[0] ?? 1);
  return {
    name,
    dtype: tensor.dtype,
    shape: [rows, ...tensor.shape.slice(1)],
    bytes: tensor.bytes.subarray(row * rowBytes, (row + rows) * rowBytes),
  };
}

function rowTooLarge({ name }: StoredTensor, rowBytes: number, maxBytes: number): InvalidArgumentError {
  return new InvalidArgumentError({
    problem: `One row of tensor "${name}" takes ${rowBytes} bytes`,
    expected: `Expected it to fit into a shard of ${maxBytes}`,
    remedy: 'Choose larger shards',
  });
}
