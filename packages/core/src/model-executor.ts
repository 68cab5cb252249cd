/** What runs a whole model: token ids in, named outputs on the host out. The one contract that every backend keeps. */
import { InvalidArgumentError } from '@albert-web/errors';
import type { RawInputs } from './inputs.ts';
import type { AlbertConfig, BackendName, BatchSizes, Head, Precision } from './spec/index.ts';
import { headChains, shapeOf } from './spec/index.ts';

/** Numbers on the host, row-major. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** A head's outputs, by Hugging Face's names. */
export type HostOutputs = Readonly<Record<string, HostTensor>>;

/** What to run, how deep, and what to give. Executors read it through {@link readRunRequest}. */
export interface RunRequest {
  /** Hidden layers to run: ALBERT's layers share weights, so any depth works. Default: all. */
  readonly depth?: number | undefined;
  /** Default true; false gives `last_hidden_state` `[batch, length, hidden]` in place of the head's outputs. */
  readonly head?: boolean | undefined;
  /** Also give the outputs at these depths, each from 0 (the mapped embeddings) to `depth`. Default: none. */
  readonly depths?: readonly number[] | undefined;
  /** Neighboring rows that belong to one question, for multiple choice. Default 1. */
  readonly choices?: number | undefined;
  /**
   * What becomes of the output at padded positions (mask 0), which no real token ever reads. `skip`, the default, lets an
   * executor leave zeros there, so that a ragged batch costs its tokens and not its rectangle; `compute` fills them with
   * what Hugging Face gives, for whoever compares whole rectangles.
   */
  readonly padding?: 'skip' | 'compute' | undefined;
  /** Stops between layers where the backend can. */
  readonly signal?: AbortSignal | undefined;
}

/** What a pass gives. */
export interface RunResult {
  /** After the last layer run. */
  readonly outputs: HostOutputs;
  /** With `depths`: the same at each of them, in their order. */
  readonly atDepths?: readonly HostOutputs[];
}

/** How far to walk, layer by layer. */
export type WalkRequest = Pick<RunRequest, 'depth' | 'signal'>;

/** A pass taken one layer at a time, for callers that decide on the way whether to go on: early exit. Dispose it. */
export interface LayerWalk {
  /** Layers run so far. */
  readonly depth: number;
  /** Whether the last layer asked for has run. */
  readonly ended: boolean;
  /** The rows that are still on the way. */
  readonly inputs: RawInputs;
  /** Runs one layer and the head after it. @throws what `run` throws */
  next(): Promise<HostOutputs>;
  /** Goes on with these rows alone, by their present index. */
  keep(rows: readonly number[]): void;
  /** Frees what the walk holds. */
  dispose(): void;
}

/** One model with its head on one backend. Calls may overlap. */
export interface ModelExecutor {
  readonly backend: BackendName;
  readonly precision: Precision;
  /** CPU threads it computes with, where that is a choice. Default 1. */
  readonly threads?: number;
  /** What did not go as asked, for people: why fewer threads run. */
  readonly notes?: readonly string[];
  /** Bytes of weights and scratch this executor holds now; 0 after `dispose`. */
  readonly memoryBytes: number;
  /**
   * One forward pass.
   *
   * @throws ModelInputError, InvalidArgumentError for a request out of range, BackendLostError, DisposedError, or the
   * signal's reason
   */
  run(inputs: RawInputs, request?: RunRequest): Promise<RunResult>;
  /** The same pass, one layer at a time, up to `depth`, at least 1. @throws ModelInputError, InvalidArgumentError, DisposedError */
  walk(inputs: RawInputs, request?: WalkRequest): LayerWalk;
  /** Gives back what `memoryBytes` counts. The second time it does nothing. */
  dispose(): void;
}

/** A request with every default filled in. */
export type FullRunRequest = Readonly<Required<Omit<RunRequest, 'signal'>>> & Pick<RunRequest, 'signal'>;

/**
 * Fills in the defaults.
 *
 * @throws InvalidArgumentError unless `0 <= depths[i] <= depth <= num_hidden_layers` and `choices >= 1`, all whole.
 */
export function readRunRequest(config: AlbertConfig, request: RunRequest = {}): FullRunRequest {
  const { num_hidden_layers: layers } = config;
  const { depth = layers, depths = [], head = true, choices = 1, padding = 'skip', signal } = request;
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
  return { depth, depths, head, choices, padding, signal };
}

/** The outputs of a head of one chain from that chain's result, `[rows, columns]`. */
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
