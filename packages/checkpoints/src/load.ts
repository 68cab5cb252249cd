import pLimit from 'p-limit';
import type { Checkpoint } from './checkpoint.ts';
import { optionalFiles, undefinedIfMissing } from './files/optional.ts';
import { missingFile } from './files/model-files.ts';
import { inFolder } from './files/path.ts';
import type { ModelFiles } from './files/types.ts';
import { checkLimit } from './files/verify.ts';
import { withinLimit } from './files/within-limit.ts';
import { limits } from './limits.ts';
import { missingWeights } from './other-formats.ts';
import { formatOf, isShardIndex, pytorch, usualFormats, type WeightFiles } from './weight-files.ts';
import { fileMeter, progressMeter, type LoadProgress } from './progress.ts';
import { ArrivingTensors } from './safetensors/arriving-tensors.ts';
import { brokenFile, parseSafetensors, parseSafetensorsHeader } from './safetensors/parse.ts';
import { readShardIndex, type ShardIndex } from './safetensors/shard-index.ts';

/** Options for loading a checkpoint. */
export interface LoadOptions {
  /** Folder with the weights inside the model, such as `2_Dense`. Default: the model's root. */
  readonly folder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called as data arrives. `loaded` never decreases and `total` never changes, both in bytes. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Receives the checkpoint's metadata as soon as it is known: with an index, before the first shard. */
  readonly onMetadata?: ((metadata: Checkpoint['metadata']) => void) | undefined;
  /** Number of shards to fetch in parallel. Default: 4. */
  readonly parallel?: number | undefined;
}

/**
 * Loads `model.safetensors` or `pytorch_model.bin`, or their shards, which are verified if the index states their size and
 * SHA-256. Tensors keep their names.
 *
 * Each safetensors shard has its own buffer, and its tensors are views. A tensor that spans shards has a separate buffer.
 *
 * @throws MissingFileError, ReadError, IntegrityError, FileTooLargeError, SafetensorsError, UnsafePickleError, ConvertError,
 * UnsafePathError, or the abort reason.
 */
export async function loadCheckpoint(files: ModelFiles, options: LoadOptions = {}): Promise<Checkpoint> {
  const checkpoint = await findCheckpoint(files, options);
  if (checkpoint) return checkpoint;
  throw await missingWeights(files, options);
}

/** Like `loadCheckpoint`, for some formats. Returns undefined if none of their files exist. */
export async function findCheckpoint(
  files: ModelFiles,
  options: LoadOptions = {},
  formats = usualFormats,
): Promise<Checkpoint | undefined> {
  for (const format of formats) {
    const checkpoint = await loadFormat(files, format, options);
    if (checkpoint) return checkpoint;
  }
  return undefined;
}

/**
 * Loads the weights in a file of any name, or in the shards of an index. The ending of the name determines the format.
 *
 * @throws MissingFileError when the file is missing, and what {@link loadCheckpoint} throws
 */
export async function loadWeightFile(files: ModelFiles, path: string, options: LoadOptions): Promise<Checkpoint> {
  const format = formatOf(path);
  const checkpoint =
    format &&
    (isShardIndex(path)
      ? await loadIndexed(files, { ...format, index: path }, options)
      : await loadSingle(files, { ...format, single: path }, options));
  if (checkpoint) return checkpoint;
  throw missingFile(path, files.location);
}

/** Loads weights in one format. Returns undefined if the folder has none. */
async function loadFormat(
  files: ModelFiles,
  format: WeightFiles,
  options: LoadOptions,
): Promise<Checkpoint | undefined> {
  // A module's folder has a single file, and our models have an index. Each futile request would show up in the console.
  const inModule = options.folder === undefined ? undefined : await loadSingle(files, format, options);
  if (inModule) return inModule;
  const indexed = await loadIndexed(files, format, options);
  if (indexed || options.folder !== undefined) return indexed;
  return loadSingle(files, format, options);
}

/** Loads the shards of an index. Returns undefined if there is no index. */
async function loadIndexed(
  files: ModelFiles,
  format: WeightFiles,
  options: LoadOptions,
): Promise<Checkpoint | undefined> {
  const index = await readIndex(files, format, options);
  if (!index) return undefined;
  options.onMetadata?.(index.metadata);
  return loadShards(files, index, format, options);
}

async function readIndex(
  files: ModelFiles,
  format: WeightFiles,
  { folder, signal }: LoadOptions,
): Promise<ShardIndex | undefined> {
  const path = inFolder(folder, format.index);
  const json = await optionalFiles(files, signal).readJson(path);
  return json === undefined ? undefined : readShardIndex(json, path);
}

async function loadSingle(
  files: ModelFiles,
  { single, parse }: WeightFiles,
  { folder, signal, onProgress, onMetadata }: LoadOptions,
): Promise<Checkpoint | undefined> {
  const path = inFolder(folder, single);
  const meter = fileMeter(path, onProgress);
  let checked: ReturnType<typeof parse> | undefined;
  const reading = files.readBytes(path, {
    signal,
    onBytes: meter.update,
    check: (bytes) => void (checked = parse(bytes, path)),
  });
  const bytes = await undefinedIfMissing(reading);
  if (!bytes) return undefined;
  meter.finish(bytes.length);
  const checkpoint = await (checked ?? parse(bytes, path));
  onMetadata?.(checkpoint.metadata);
  return checkpoint;
}

/** Assembles a checkpoint from shards that arrive in any order. */
interface ShardCollector {
  add(path: string, bytes: Uint8Array<ArrayBuffer>): void | Promise<void>;
  finish(): Checkpoint;
}

async function loadShards(
  files: ModelFiles,
  index: ShardIndex,
  { index: file, parse }: WeightFiles,
  { folder, signal, onProgress, parallel = 4 }: LoadOptions,
): Promise<Checkpoint> {
  const isSafetensors = parse === parseSafetensors;
  const collector: ShardCollector = isSafetensors ? new ArrivingTensors(index) : parsedShards(index, parse);
  // One failure aborts the other requests.
  const failed = new AbortController();
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const everyShard = <S, T>(shards: readonly S[], task: (shard: S) => Promise<T>): Promise<T[]> =>
    Promise.all(shards.map(task)).catch((error: unknown) => {
      failed.abort(error);
      throw error;
    });
  const sized = await everyShard(index.shards, async ({ path, identity }) => {
    const size = identity?.size ?? (await files.size(inFolder(folder, path), { signal: stop }));
    return { path, identity, size };
  });
  const total = sized.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const whole = `${file} with its shards`;
  checkLimit(whole, total, limits.weights);
  const within = withinLimit(files, whole);
  const meter = progressMeter(sized.some(({ size }) => size === undefined) ? undefined : total, onProgress);
  const limit = pLimit(parallel);
  const loaded = await everyShard(sized, ({ path, identity, size }) =>
    limit(async () => {
      const bytes = await within.readBytes(inFolder(folder, path), {
        signal: stop,
        onBytes: (soFar) => meter.update(path, soFar, size),
        expected: identity,
        check: identity || !isSafetensors ? undefined : (whole) => void parseSafetensorsHeader(whole, path),
      });
      await collector.add(path, bytes);
      return bytes.length;
    }),
  );
  const checkpoint = collector.finish();
  meter.finish(
    sized.at(-1)?.path ?? file,
    loaded.reduce((sum, bytes) => sum + bytes, 0),
  );
  return checkpoint;
}

/** Creates a collector for formats other than safetensors, which parses each shard separately. */
function parsedShards(index: ShardIndex, parse: WeightFiles['parse']): ShardCollector {
  const parsed = new Map<string, Checkpoint>();
  return {
    add: async (path, bytes) => void parsed.set(path, await parse(bytes, path)),
    finish() {
      const shards = index.shards.flatMap(({ path }) => parsed.get(path) ?? []);
      const tensors = new Map(shards.flatMap((shard) => [...shard.tensors]));
      // The index of other frameworks uses different names.
      if (parse === pytorch.parse) {
        for (const [name, path] of index.weightMap) {
          if (!tensors.has(name)) throw brokenFile(path, `lacks tensor "${name}", which the index places there`);
        }
      }
      return { tensors, metadata: { ...index.metadata, ...shards[0]?.metadata } };
    },
  };
}
