/** A loaded model with its tokenizer, on which every task runs, one call at a time. */
import { withRecovery } from '@albert-web/backends';
import type { AlbertConfig, Head, HostOutputs, HostTensor, RawInputs } from '@albert-web/core';
import { DisposedError, InvalidArgumentError, type AlbertError } from '@albert-web/errors';
import type { EncodeTextOptions, Encoding, TextInput, Tokenizer } from '@albert-web/tokenizer';
import { bucketByLength, groupsOf, padRows } from './batches.ts';
import type { EarlyExit, Verdict } from './early-exit.ts';
import { walkUntilSettled } from './early-exit.ts';
import { NonFiniteOutputError, PrecisionWarning } from '../errors.ts';
import { checkFiniteOutputs } from './finite.ts';
import type { Inference } from './open.ts';
import { CallQueue, type Priority } from './queue.ts';

/** Options of every call. */
export interface CallOptions {
  /** Aborts the call between layers or batches. The call then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Run only the first `depth` layers. Default: all. */
  readonly depth?: number | undefined;
  /** `bulk` lets `interactive` calls, which a user is waiting for, run first, between batches. Default `interactive`. */
  readonly priority?: Priority | undefined;
}

/** Options of a call with many inputs. */
export interface ManyOptions extends CallOptions {
  /** Number of inputs that run through the model together. Default 16. */
  readonly batchSize?: number | undefined;
  /** Called after each batch with the number of inputs that are done, and the number of all. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** The result of one input: its row of every output, at each requested depth. */
export interface InputResult {
  readonly encoding: Encoding;
  /** This input's row by output name. Shapes have no batch axis. */
  readonly outputs: HostOutputs;
  /** The outputs at depth 0, 1, 2, ... with `everyLayer`. */
  readonly layers?: readonly HostOutputs[];
  /** Number of layers that were run, with `exit`. */
  readonly depth?: number;
}

/** Options of a forward pass over many inputs. */
export interface PassOptions extends ManyOptions {
  readonly everyLayer?: boolean | undefined;
  /** Return the encoder's `last_hidden_state` `[length, hidden]`, whatever head the model has. */
  readonly withoutHead?: boolean | undefined;
  /** Returns the positions of a row at which per-token outputs are needed. Default: all. Not together with `exit`. */
  readonly positionsOf?: ((row: Encoding) => readonly number[]) | undefined;
  /** Number of neighboring inputs that are judged together, and so run through the model together. Default 1. */
  readonly group?: number | undefined;
  readonly exit?: Exit | undefined;
}

/** Early exit, and the verdict after every layer. Not together with `everyLayer`. */
export interface Exit extends EarlyExit {
  /** Returns the verdict on one group of inputs. */
  readonly verdictOf: (group: readonly InputResult['outputs'][]) => Verdict;
}

/** Opens the same model on a fresh device or the next backend. Once a warning has been passed, it opens the model in f32. */
export type Renew = (moved?: PrecisionWarning) => Promise<Inference>;

/** How a session handles failures. */
export interface SessionOptions {
  /** Absent if the caller handles a lost device. */
  readonly renew?: Renew | undefined;
  readonly onWarning?: ((warning: AlbertError) => void) | undefined;
}

/** A loaded model whose calls are queued: backends share one device, and two passes at once would only share its time. */
export class Session {
  readonly #queue = new CallQueue();
  #disposal: Promise<void> | undefined;
  #inference: Inference;
  /** The device was lost and the executor disposed, so the next call needs a new one. */
  #lost = false;

  readonly #warned = new Set<string>();

  constructor(
    /** Uses no device memory. Stays usable after `dispose`, for a call that is still running. */
    readonly tokenizer: Tokenizer,
    inference: Inference,
    private readonly options: SessionOptions = {},
  ) {
    this.#inference = inference;
  }

  /** Reports a warning, once for each kind. */
  warn(warning: AlbertError | undefined): void {
    if (!warning || this.#warned.has(warning.name)) return;
    this.#warned.add(warning.name);
    this.options.onWarning?.(warning);
  }

  get inference(): Inference {
    return this.#inference;
  }

  get config(): AlbertConfig {
    return this.#inference.config;
  }

  get head(): Head {
    return this.#inference.head;
  }

  /** Maximum sequence length in tokens, special tokens included. */
  get maxLength(): number {
    return Math.min(this.config.max_position_embeddings, this.#inference.maxLength ?? this.tokenizer.modelMaxLength);
  }

  /** Tokenizes many inputs, truncates those that are too long, and runs them. Results are in the order of the inputs. */
  async run(inputs: readonly TextInput[], options: PassOptions = {}): Promise<InputResult[]> {
    options.signal?.throwIfAborted();
    return this.runRows(this.tokenize(inputs), options);
  }

  /** Runs tokenized inputs, sorted by length into batches. Each batch is queued separately. */
  async runRows(rows: readonly Encoding[], options: PassOptions = {}): Promise<InputResult[]> {
    const { signal, batchSize = 16, onProgress, group, exit, everyLayer } = options;
    if (exit && everyLayer) throw everyLayerConflict();
    const lengths = rows.map(({ ids }) => ids.length);
    const results: InputResult[] = [];
    let done = 0;
    for (const batch of bucketByLength(lengths, batchSize, group)) {
      signal?.throwIfAborted();
      const members = batch.flatMap((index) => rows[index] ?? []);
      const passed = await this.exclusive(() => this.pass(members, options), options.priority);
      batch.forEach((index, member) => {
        const result = passed[member];
        if (result) results[index] = result;
      });
      done += batch.length;
      onProgress?.(done, rows.length);
    }
    // If the call was aborted during the last batch, the caller no longer wants a result.
    signal?.throwIfAborted();
    return results;
  }

  /** Tokenizes inputs, and truncates those that are too long for the model. */
  tokenize(inputs: readonly TextInput[], options: EncodeTextOptions = {}): Encoding[] {
    this.assertUsable();
    const { sentence } = this.#inference;
    const texts = sentence ? inputs.map((input) => sentence.prepare(input)) : inputs;
    const encodings = this.tokenizer.encodeBatch(texts, {
      maxLength: this.maxLength,
      truncation: 'longest_first',
      ...options,
    });
    return sentence ? encodings.map((encoding) => sentence.restore(encoding)) : encodings;
  }

  /** Runs `task` when its turn comes. @throws DisposedError */
  private exclusive<T>(task: () => Promise<T>, priority?: Priority): Promise<T> {
    return this.#queue.run(async () => {
      this.assertUsable();
      return task();
    }, priority);
  }

  /**
   * Runs one forward pass over rows of any lengths: pads them and reads the results back. If the device is lost, the model
   * is opened again and the pass is repeated once. If that fails, for example without a network, a later call tries again.
   * A pass that overflows in f16 or q8 is repeated in f32, and the model stays in f32.
   */
  private async pass(rows: readonly Encoding[], options: PassOptions): Promise<InputResult[]> {
    const { renew } = this.options;
    const { exit } = options;
    const attempt = (): Promise<InputResult[]> =>
      exit ? this.attemptUntilSettled(rows, exit, options) : this.attempt(rows, options);
    if (!renew) return attempt();
    if (this.#lost) await this.replace(renew);
    try {
      return await withRecovery(attempt, () => this.replace(renew));
    } catch (error) {
      if (!(error instanceof NonFiniteOutputError) || this.#inference.executor.precision === 'f32') throw error;
      const warning = new PrecisionWarning(this.#inference.executor.precision, 'call-overflowed');
      this.warn(warning);
      await this.replace(() => renew(warning));
      return attempt();
    }
  }

  private async replace(renew: Renew): Promise<void> {
    if (!this.#lost) this.#inference.executor.dispose();
    this.#lost = true;
    this.#inference = await renew();
    this.#lost = false;
  }

  private async attempt(rows: readonly Encoding[], options: PassOptions): Promise<InputResult[]> {
    const { depth, signal, everyLayer = false, withoutHead = false, positionsOf } = options;
    const inputs = padRows(rows, this.config.pad_token_id);
    const { config, executor } = this.#inference;
    const depths = Array.from({ length: everyLayer ? (depth ?? config.num_hidden_layers) + 1 : 0 }, (_, at) => at);
    const { outputs, atDepths = [] } = await executor.run(inputs, {
      head: !withoutHead,
      depth,
      depths,
      positions: positionsOf && rows.map(positionsOf),
      signal,
    });
    const [last = {}, ...others] = [outputs, ...atDepths].map((each) => this.finish(each, inputs, withoutHead));
    return rows.map((encoding, row) => ({
      encoding,
      outputs: rowOf(last, row),
      ...(everyLayer && { layers: others.map((layer) => rowOf(layer, row)) }),
    }));
  }

  private async attemptUntilSettled(
    rows: readonly Encoding[],
    exit: Exit,
    { depth, signal, group = 1 }: PassOptions,
  ): Promise<InputResult[]> {
    const results: InputResult[] = [];
    const { config, executor } = this.#inference;
    const walk = executor.walk(padRows(rows, config.pad_token_id), { depth, signal });
    try {
      let outputs: HostOutputs = {};
      const verdictsOf = async (): Promise<Verdict[]> => {
        outputs = this.finish(await walk.next(), walk.inputs);
        return groupsOf(walk.inputs.inputIds.length, group).map((members) =>
          exit.verdictOf(members.map((row) => rowOf(outputs, row))),
        );
      };
      await walkUntilSettled(walk, exit, group, verdictsOf, (row, present) => {
        const encoding = rows[row];
        if (encoding) results[row] = { encoding, outputs: rowOf(outputs, present), depth: walk.depth };
      });
      return results;
    } finally {
      walk.dispose();
    }
  }

  /** Checks the outputs, and applies the sentence head, if there is one. @throws NonFiniteOutputError */
  private finish(outputs: HostOutputs, inputs: RawInputs, withoutHead = false): HostOutputs {
    const { sentence, executor } = this.#inference;
    checkFiniteOutputs(outputs, executor);
    return sentence && !withoutHead ? sentence.apply(outputs, inputs, this.tokenizer) : outputs;
  }

  /** Rejects queued calls, waits for the running one, then frees all memory. */
  dispose(): Promise<void> {
    this.#disposal ??= this.#queue.run(() => {
      if (!this.#lost) this.#inference.executor.dispose();
      return Promise.resolve();
    }, 'bulk');
    return this.#disposal;
  }

  /** @throws DisposedError */
  assertUsable(): void {
    if (this.#disposal) throw new DisposedError('the model');
  }
}

function everyLayerConflict(): InvalidArgumentError {
  return new InvalidArgumentError({
    problem: 'Both an early exit and every layer were asked for',
    remedy: 'Leave out earlyExit or everyLayer',
  });
}

/** Returns the values of an output that the head is known to have. */
export function valuesOf(outputs: InputResult['outputs'], name: string): Float32Array {
  return outputs[name]?.values ?? new Float32Array();
}

function rowOf(outputs: HostOutputs, row: number): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { shape, values }]) => {
      const [rows = 1, ...rest] = shape;
      const size = values.length / rows;
      return [name, { shape: rest, values: values.subarray(row * size, (row + 1) * size) }];
    }),
  );
}
