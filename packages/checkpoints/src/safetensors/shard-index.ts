/** `model.safetensors.index.json`: which shard holds which tensor, and, in ours, what each shard must be. */
import * as v from 'valibot';
import { checkPath } from '../files/path.ts';
import type { FileIdentity } from '../files/types.ts';
import { brokenFile } from './parse.ts';

/** The name of the index inside a model. */
export const indexFile = 'model.safetensors.index.json';

/** The name under which the rows of a split tensor are stored. */
export const partName = (name: string, part: number): string => `${name}.part${part}`;

/** A checked index. */
export interface ShardIndex {
  /** Shards in the order of their names, each with what the index says it must be. */
  readonly shards: readonly { readonly path: string; readonly identity: FileIdentity | undefined }[];
  /** Shard of each tensor, by tensor name. */
  readonly weightMap: ReadonlyMap<string, string>;
  /** Number of parts of each tensor whose rows are spread over shards. */
  readonly rowSplit: ReadonlyMap<string, number>;
  /** Bytes of all tensors, as Hugging Face writes it. */
  readonly totalSize: number | undefined;
  /** What else `metadata` holds as text. */
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
 * @throws SafetensorsError when it is not one, UnsafePathError when a shard's name leads out of the model.
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
