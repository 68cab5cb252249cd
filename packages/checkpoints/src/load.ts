import pLimit from 'p-limit';
import type { Checkpoint, StoredTensor } from './checkpoint.ts';
import { MissingFileError, type FileIdentity, type ModelFiles } from './files/types.ts';
import { progressMeter, type LoadProgress } from './progress.ts';
import { joinRows } from './safetensors/join.ts';
import { brokenFile, parseSafetensors, parseSafetensorsHeader, tensorMap } from './safetensors/parse.ts';
import { indexFile, partName, readShardIndex, type ShardIndex } from './safetensors/shard-index.ts';

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
 * Shards land where they stay as they arrive, each in a buffer of its own unless a tensor goes on from one into the next;
 * tensors are views.
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

interface SizedShard {
  readonly path: string;
  readonly identity: FileIdentity | undefined;
  readonly size: number;
}

/** A shard with the place it lands in. */
interface PlacedShard extends SizedShard {
  readonly into: Uint8Array<ArrayBuffer>;
}

/** Shards that lie end to end in one buffer. */
interface Run {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly shards: readonly PlacedShard[];
}

async function loadShards(files: ModelFiles, index: ShardIndex, options: LoadOptions): Promise<Checkpoint> {
  const { folder, signal, onProgress, parallel = 4 } = options;
  const limit = pLimit(parallel);
  const sized = await sizeShards(files, index, options);
  const total = totalSize(sized);
  if (total > largestCheckpoint) throw brokenFile(indexFile, `describes ${total} bytes of shards`);
  const runs = placeShards(sized, index);
  const meter = progressMeter(total, onProgress);
  // One failure ends the others: nobody waits for bytes that nobody wants.
  const failed = new AbortController();
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const fetchShard = async ({ path, identity, into }: PlacedShard): Promise<void> => {
    const onBytes = (loaded: number): void => meter.update(path, loaded);
    await files.readBytes(inFolder(folder, path), { signal: stop, into, onBytes, expected: identity });
  };
  try {
    await Promise.all(runs.flatMap(({ shards }) => shards.map((shard) => limit(fetchShard, shard))));
  } catch (error) {
    failed.abort(error);
    throw error;
  }
  const tensors = new Map(runs.flatMap((run) => openRun(run, index)));
  for (const [name, path] of index.weightMap) {
    if (!tensors.has(name)) throw brokenFile(path, `lacks tensor "${name}", which the index places there`);
  }
  meter.finish(sized.at(-1)?.path ?? indexFile, total);
  return { tensors: joinRows(tensors, index.rowSplit), metadata: index.metadata };
}

async function sizeShards(files: ModelFiles, index: ShardIndex, options: LoadOptions): Promise<SizedShard[]> {
  return Promise.all(
    index.shards.map(async ({ path, identity }) => {
      const size = identity?.size ?? (await files.size(inFolder(options.folder, path), { signal: options.signal }));
      if (size === undefined) throw brokenFile(path, 'is sent without its length');
      return { path, identity, size };
    }),
  );
}

/**
 * Gives every shard its place: a buffer of its own, which can go when its tensors are packed, unless the rows of a tensor
 * go on from one shard into the next.
 */
function placeShards(shards: readonly SizedShard[], index: ShardIndex): Run[] {
  const continuing = shardsThatContinue(index);
  const runs: SizedShard[][] = [];
  for (const shard of shards) {
    const run = continuing.has(shard.path) ? runs.at(-1) : undefined;
    if (run) run.push(shard);
    else runs.push([shard]);
  }
  return runs.map((run) => {
    const bytes = new Uint8Array(totalSize(run));
    let end = 0;
    return { bytes, shards: run.map((shard) => ({ ...shard, into: bytes.subarray(end, (end += shard.size)) })) };
  });
}

/** The shards that hold later parts of split tensors, which are written one after the other. */
function shardsThatContinue({ rowSplit, weightMap }: ShardIndex): Set<string> {
  const continuing = new Set<string>();
  for (const [name, count] of rowSplit) {
    for (let part = 1; part < count; part++) {
      const path = weightMap.get(partName(name, part));
      // Told by `joinRows`: an index can state any number of parts.
      if (path === undefined) break;
      continuing.add(path);
    }
  }
  return continuing;
}

const totalSize = (shards: readonly SizedShard[]): number => shards.reduce((sum, { size }) => sum + size, 0);

/**
 * Parses the shards of a run and moves their tensors together over the headers between them, so that the rows of a tensor
 * split over shards lie end to end.
 */
function openRun({ bytes, shards }: Run, { weightMap }: ShardIndex): [string, StoredTensor][] {
  const tensors: [string, StoredTensor][] = [];
  let position = 0;
  for (const { path, into } of shards) {
    const { entries, dataStart } = parseSafetensorsHeader(into, path);
    const size = into.length - dataStart;
    bytes.set(into.subarray(dataStart), position);
    for (const [name, tensor] of tensorMap(entries, bytes.subarray(position, position + size))) {
      if (weightMap.get(name) !== path)
        throw brokenFile(path, `holds tensor "${name}", which the index does not place there`);
      tensors.push([name, tensor]);
    }
    position += size;
  }
  return tensors;
}
