/** Reads `model.safetensors.index.json`: the shard of each tensor and, in our own files, the size and hash of each shard. */
import * as v from 'valibot';
import { checkPath } from '../files/path.ts';
import type { FileIdentity } from '../files/types.ts';
import { brokenFile } from './parse.ts';

/** The name of the index inside a model. */
export const indexFile = 'model.safetensors.index.json';

/** Returns the name of a part of a split tensor. */
export const partName = (name: string, part: number): string => `${name}.part${part}`;

/** A checked index. */
export interface ShardIndex {
  /** Shards in order of their names, with size and hash if the index states them. */
  readonly shards: readonly { readonly path: string; readonly identity: FileIdentity | undefined }[];
  /** Shard of each tensor, by tensor name. */
  readonly weightMap: ReadonlyMap<string, string>;
  /** Number of parts of each tensor that is split across shards. */
  readonly rowSplit: ReadonlyMap<string, number>;
  /** Total bytes of all tensors, as in Hugging Face's index. */
  readonly totalSize: number | undefined;
  /** Other text entries of `metadata`. */
  readonly metadata: Readonly<Record<string, string>>;
}

const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const schema = v.object({
  metadata: v.optional(
    v.looseObject({
      total_size: v.optional(size),
      shards: v.optional(
        v.record(v.string(), v.object({ size, sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u)) })),
      ),
      row_split: v.optional(v.record(v.string(), v.pipe(size, v.minValue(1), v.maxValue(100_000)))),
    }),
  ),
  weight_map: v.record(v.string(), v.string()),
});

/**
 * Checks a parsed index.
 *
 * @throws SafetensorsError when it is invalid, UnsafePathError when a shard's name leads out of the model
 */
export function readShardIndex(json: unknown, file = indexFile): ShardIndex {
  const result = v.safeParse(schema, json);
  if (!result.success) {
    const [issue] = result.issues;
    const where = v.getDotPath(issue);
    throw brokenFile(file, `is not an index of shards: ${where ? `${where}: ` : ''}${issue.message}`);
  }
  const { weight_map: weights, metadata = {} } = result.output;
  const weightMap = new Map(Object.entries(weights));
  const identities = new Map(Object.entries(metadata.shards ?? {}));
  const paths = [...new Set(weightMap.values())].sort();
  return {
    shards: paths.map((path) => ({ path: checkPath(path), identity: identities.get(path) })),
    weightMap,
    rowSplit: new Map(Object.entries(metadata.row_split ?? {})),
    totalSize: metadata.total_size,
    metadata: Object.fromEntries(
      Object.entries(metadata).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
  };
}
