import pLimit from 'p-limit';
import type { Checkpoint, StoredTensor } from './checkpoint.ts';
import { MissingFileError, type FileIdentity, type ModelFiles } from './files/types.ts';
import { progressMeter, type LoadProgress } from './progress.ts';
import { joinRows } from './safetensors/join.ts';
import { brokenFile, parseSafetensors, parseSafetensorsHeader, tensorMap } from './safetensors/parse.ts';
import { indexFile, readShardIndex, type ShardIndex } from './safetensors/shard-index.ts';

/** How a checkpoint is loaded. */
export interface LoadOptions {
  /** Folder inside the model that holds the weights, such as `2_Dense`. Default: the model's root. */
  readonly folder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of every part that arrives: `loaded` never falls, `total` never changes, both in bytes. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Told what the checkpoint says of itself as soon as it is known: with an index, before the first shard. */
  readonly onMetadata?: ((metadata: Checkpoint['metadata']) => void) | undefined;
  /** Shards fetched at the same time. Default: 4. */
  readonly parallel?: number | undefined;
}

/**
 * Loads `model.safetensors`, or the shards of `model.safetensors.index.json`, which are verified where the index states
 * their size and SHA-256.
 *
 * All shards land in one buffer as they arrive; tensors are views into it.
 *
 * @throws MissingFileError, ReadError, IntegrityError, SafetensorsError, UnsafePathError, or the abort reason.
 */
export async function loadCheckpoint(files: ModelFiles, options: LoadOptions = {}): Promise<Checkpoint> {
  const index = await readIndex(files, options);
  if (!index) return loadSingle(files, options);
  options.onMetadata?.(index.metadata);
  return loadShards(files, index, options);
}

const inFolder = (folder: string | undefined, path: string): string => (folder ? `${folder}/${path}` : path);

async function readIndex(files: ModelFiles, { folder, signal }: LoadOptions): Promise<ShardIndex | undefined> {
  const path = inFolder(folder, indexFile);
  try {
    return readShardIndex(await files.readJson(path, { signal }), path);
  } catch (error) {
    if (error instanceof MissingFileError) return undefined;
    throw error;
  }
}

async function loadSingle(
  files: ModelFiles,
  { folder, signal, onProgress, onMetadata }: LoadOptions,
): Promise<Checkpoint> {
  const path = inFolder(folder, 'model.safetensors');
  let meter: ReturnType<typeof progressMeter> | undefined;
  const bytes = await files.readBytes(path, {
    signal,
    onBytes: (loaded, total) => {
      meter ??= progressMeter(total, onProgress);
      meter.update(path, loaded);
    },
  });
  meter ??= progressMeter(bytes.length, onProgress);
  meter.finish(path, bytes.length);
  const checkpoint = parseSafetensors(bytes, path);
  onMetadata?.(checkpoint.metadata);
  return checkpoint;
}

/** Twice the largest ALBERT (xxlarge in f32). An index can state any size, and memory is taken before the bytes are there. */
const largestCheckpoint = 2 * 1024 ** 3;

interface PlacedShard {
  readonly path: string;
  readonly identity: FileIdentity | undefined;
  readonly offset: number;
  readonly size: number;
}

async function loadShards(files: ModelFiles, index: ShardIndex, options: LoadOptions): Promise<Checkpoint> {
  const { folder, signal, onProgress, parallel = 4 } = options;
  const limit = pLimit(parallel);
  const shards = await placeShards(files, index, options);
  const total = shards.reduce((sum, { size }) => sum + size, 0);
  if (total > largestCheckpoint) throw brokenFile(indexFile, `describes ${total} bytes of shards`);
  const arena = new Uint8Array(total);
  const meter = progressMeter(total, onProgress);
  // One failure ends the others: nobody waits for bytes that nobody wants.
  const failed = new AbortController();
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const fetchShard = async ({ path, identity, offset, size }: PlacedShard): Promise<void> => {
    const into = arena.subarray(offset, offset + size);
    const onBytes = (loaded: number): void => meter.update(path, loaded);
    await files.readBytes(inFolder(folder, path), { signal: stop, into, onBytes, expected: identity });
  };
  try {
    await Promise.all(shards.map((shard) => limit(fetchShard, shard)));
  } catch (error) {
    failed.abort(error);
    throw error;
  }
  const tensors = joinRows(openArena(arena, shards, index), index.rowSplit);
  meter.finish(shards.at(-1)?.path ?? indexFile, total);
  return { tensors, metadata: index.metadata };
}

/** Gives every shard its place in one buffer. */
async function placeShards(
  files: ModelFiles,
  index: ShardIndex,
  { folder, signal }: LoadOptions,
): Promise<PlacedShard[]> {
  const sizes = await Promise.all(
    index.shards.map(async ({ path, identity }) => identity?.size ?? files.size(inFolder(folder, path), { signal })),
  );
  let offset = 0;
  return index.shards.map(({ path, identity }, position) => {
    const size = sizes[position];
    if (size === undefined) throw brokenFile(path, 'is sent without its length');
    offset += size;
    return { path, identity, offset: offset - size, size };
  });
}

/**
 * Parses the shards and moves their tensors together over the headers between them, so that the rows of a tensor split
 * over shards lie end to end.
 */
function openArena(
  arena: Uint8Array<ArrayBuffer>,
  shards: readonly PlacedShard[],
  { weightMap }: ShardIndex,
): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  let position = 0;
  for (const { path, offset, size } of shards) {
    const { entries, dataStart } = parseSafetensorsHeader(arena.subarray(offset, offset + size), path);
    arena.copyWithin(position, offset + dataStart, offset + size);
    for (const [name, tensor] of tensorMap(entries, arena.subarray(position, position + size - dataStart))) {
      if (weightMap.get(name) !== path)
        throw brokenFile(path, `holds tensor "${name}", which the index does not place there`);
      tensors.set(name, tensor);
    }
    position += size - dataStart;
  }
  for (const [name, path] of weightMap) {
    if (!tensors.has(name)) throw brokenFile(path, `lacks tensor "${name}", which the index places there`);
  }
  return tensors;
}
