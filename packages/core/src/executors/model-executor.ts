/** The interface of every backend: runs a whole model, from token ids to named outputs on the host. */
import { InvalidArgumentError } from '@albert-web/errors';
import { sizesOf, type RawInputs } from '../inputs/inputs.ts';
import type { Note } from '../notes.ts';
import type { AlbertConfig, BackendName, BatchSizes, Head, Precision } from '../spec/index.ts';
import { headChains, shapeOf } from '../spec/index.ts';

/** Numbers on the host, row-major. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A head's outputs, by Hugging Face's names. */
export type HostOutputs = Readonly<Record<string, HostTensor>>;

/** What to run and what to return. Executors read it through {@link readRunRequest}. */
export interface RunRequest {
  /** Hidden layers to run: ALBERT's layers share weights, so any depth works. Default: all. */
  readonly depth?: number | undefined;
  /** Default true. If false, returns `last_hidden_state` `[batch, length, hidden]` instead of the head's outputs. */
  readonly head?: boolean | undefined;
  /** Also return the outputs at these depths, each from 0 (the mapped embeddings) to `depth`. Default: none. */
  readonly depths?: readonly number[] | undefined;
  /** Neighboring rows that belong to one question, for multiple choice. Default 1. */
  readonly choices?: number | undefined;
  /**
   * For each row, the positions at which per-token outputs are wanted, in ascending order. The head is then applied only to
   * these, and a per-token output has the length of the longest list instead of the batch's. Values beyond the end of a
   * shorter list are unspecified. Default: every position.
   */
  readonly positions?: readonly (readonly number[])[] | undefined;
  /**
   * What to return at padded positions (mask 0), which never affect real tokens. With `skip`, the default, an executor may
   * leave zeros there, so that a ragged batch costs no more than its tokens. `compute` fills in what Hugging Face returns, for
   * comparing whole batches.
   */
  readonly padding?: 'skip' | 'compute' | undefined;
  /** Stops between layers, if the backend can. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of a pass. */
export interface RunResult {
  /** Outputs after the last layer run. */
  readonly outputs: HostOutputs;
  /** With `depths`: the outputs at each of these depths, in the order given. */
  readonly atDepths?: readonly HostOutputs[];
}

/** How far to walk, layer by layer. */
export type WalkRequest = Pick<RunRequest, 'depth' | 'signal'>;

/** A pass that runs one layer at a time, so that the caller can stop early (early exit). Dispose it when done. */
export interface LayerWalk {
  /** Layers run so far. */
  readonly depth: number;
  /** Whether the last requested layer has run. */
  readonly ended: boolean;
  /** The remaining rows. */
  readonly inputs: RawInputs;
  /** Runs one layer and the head after it. @throws what `run` throws */
  next(): Promise<HostOutputs>;
  /** Continues with these rows only, by their current index. */
  keep(rows: readonly number[]): void;
  /** Frees what the walk holds. */
  dispose(): void;
}

/** One model with its head on one backend. Calls may overlap. */
export interface ModelExecutor {
  readonly backend: BackendName;
  readonly precision: Precision;
  /** Number of CPU threads, if the backend has a choice. Default 1. */
  readonly threads?: number;
  /** What differs from the request, such as why fewer threads run. */
  readonly notes?: readonly Note[];
  /** Bytes of weights and scratch this executor holds now; 0 after `dispose`. */
  readonly memoryBytes: number;
  /**
   * Runs one forward pass.
   *
   * @throws ModelInputError, InvalidArgumentError for a request out of range, BackendLostError, DisposedError, or the
   * signal's reason
   */
  run(inputs: RawInputs, request?: RunRequest): Promise<RunResult>;
  /**
   * Runs the same pass one layer at a time, up to `depth`, which must be at least 1.
   *
   * @throws ModelInputError, InvalidArgumentError, DisposedError
   */
  walk(inputs: RawInputs, request?: WalkRequest): LayerWalk;
  /** Frees everything that `memoryBytes` counts. Later calls do nothing. */
  dispose(): void;
}

/** A request with every default filled in. */
export type FullRunRequest = Readonly<Required<Omit<RunRequest, 'positions' | 'signal'>>> &
  Pick<RunRequest, 'positions' | 'signal'>;

/**
 * Fills in the defaults.
 *
 * @throws InvalidArgumentError unless `0 <= depths[i] <= depth <= num_hidden_layers` and `choices >= 1`, all whole, and every
 * row of `inputs` has positions of its own.
 */
export function readRunRequest(config: AlbertConfig, inputs: RawInputs, request: RunRequest = {}): FullRunRequest {
  const { num_hidden_layers: layers } = config;
  const { depth = layers, depths = [], head = true, choices = 1, padding = 'skip', positions, signal } = request;
  if (positions) checkPositions(positions, sizesOf(inputs));
  for (const [what, value, least, most] of [
    ['depth', depth, 0, layers],
    ...depths.map((each, index) => [`depths[${index}]`, each, 0, depth] as const),
    ['choices', choices, 1, Infinity],
  ] as const) {
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    throw new InvalidArgumentError({
      problem: `${what} is ${value}`,
      expected: `Expected a whole number from ${least}${most === Infinity ? '' : ` to ${most}`}`,
      remedy: 'Leave it out to run all layers, row by row',
    });
  }
  return { depth, depths, head, choices, padding, positions, signal };
}

/** @throws InvalidArgumentError */
function checkPositions(positions: readonly (readonly number[])[], { batch, length }: BatchSizes): void {
  const isAscending = (row: readonly number[]): boolean =>
    row.length > 0 && row.every((position, i) => Number.isInteger(position) && position > (row[i - 1] ?? -1));
  if (positions.length === batch && positions.every((row) => isAscending(row) && (row.at(-1) ?? 0) < length)) return;
  throw new InvalidArgumentError({
    problem: `positions is ${JSON.stringify(positions).slice(0, 80)}`,
    expected: `Expected ${batch} lists, each of whole numbers from 0 to ${length - 1}, at least one, in ascending order`,
    remedy: 'Leave it out for the outputs of every token',
  });
}

/** Names the outputs of a head with a single chain, given the chain's result `[rows, columns]`. */
export function nameOutputs(config: AlbertConfig, head: Head, values: Float32Array, sizes: BatchSizes): HostOutputs {
  const outputs = headChains(head).flatMap((chain) =>
    Object.entries(chain.outputs).map(([name, { shape: symbolic, column }]) => {
      const shape = shapeOf(symbolic, config, sizes);
      const columns = values.length / shape.reduce((size, side) => size * side, 1);
      const own = column === undefined ? values : values.filter((_, index) => index % columns === column);
      return [name, { shape, values: own }] as const;
    }),
  );
  return Object.fromEntries(outputs);
}
