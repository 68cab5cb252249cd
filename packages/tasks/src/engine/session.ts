/** What every task runs on: a loaded model with its tokenizer, one call at a time. */
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

/** How a batch of calls behaves. */
export interface CallOptions {
  /** Rejects with the signal's reason, between layers or batches. */
  readonly signal?: AbortSignal | undefined;
  /** Run only the first `depth` layers. Default: all. */
  readonly depth?: number | undefined;
  /** `bulk` lets calls that somebody waits for go first, between batches. Default `interactive`. */
  readonly priority?: Priority | undefined;
}

/** The same for many inputs. */
export interface ManyOptions extends CallOptions {
  /** Inputs that go through the model together. Default 16. */
  readonly batchSize?: number | undefined;
  /** Called after each batch with how many inputs are done, and of how many. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** What one input came to: its row of every output, at each depth asked for. */
export interface InputResult {
  readonly encoding: Encoding;
  /** By output name, this input's row: shape without the batch axis. */
  readonly outputs: HostOutputs;
  /** The same at depth 0, 1, 2, ... with `everyLayer`. */
  readonly layers?: readonly HostOutputs[];
  /** Layers that were run, with `exit`. */
  readonly depth?: number;
}

/** How one pass over many inputs is made. */
export interface PassOptions extends ManyOptions {
  readonly everyLayer?: boolean | undefined;
  /** The encoder's `last_hidden_state` `[length, hidden]`, whatever the model has behind it. */
  readonly withoutHead?: boolean | undefined;
  /** The positions of a row that outputs of every token are wanted at. Default: all. Not together with `exit`. */
  readonly positionsOf?: ((row: Encoding) => readonly number[]) | undefined;
  /** Inputs that are judged together, and so go through the model together. Default 1. */
  readonly group?: number | undefined;
  readonly exit?: Exit | undefined;
}

/** Early exit, and what is judged after every layer. Not together with `everyLayer`. */
export interface Exit extends EarlyExit {
  /** The verdict on one group of inputs. */
  readonly verdictOf: (group: readonly InputResult['outputs'][]) => Verdict;
}

/** Opens the same model on a fresh device or the next backend; in f32 from the first time a warning is given. */
export type Renew = (moved?: PrecisionWarning) => Promise<Inference>;

/** What a session does when things go wrong. */
export interface SessionOptions {
  /** Absent when a lost device is the caller's business. */
  readonly renew?: Renew | undefined;
  readonly onWarning?: ((warning: AlbertError) => void) | undefined;
}

/** A loaded model, its calls in a queue: backends share one device, and two passes at once would only share its time. */
export class Session {
  readonly #queue = new CallQueue();
  #disposal: Promise<void> | undefined;
  #inference: Inference;
  /** What the model ran on is gone and it is disposed of: the next call needs another. */
  #lost = false;

  readonly #warned = new Set<string>();

  constructor(
    /** Holds no memory of the device: it goes on after `dispose`, for a call that is still running. */
    readonly tokenizer: Tokenizer,
    inference: Inference,
    private readonly options: SessionOptions = {},
  ) {
    this.#inference = inference;
  }

  /** Tells a warning, each kind of them once. */
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

  /** Tokenizes many inputs and runs them; what is too long for the model is cut. Results are in the order of the inputs. */
  async run(inputs: readonly TextInput[], options: PassOptions = {}): Promise<InputResult[]> {
    options.signal?.throwIfAborted();
    return this.runRows(this.tokenize(inputs), options);
  }

  /** The same for what is tokenized already: sorted by length into batches, each when its turn comes. */
  async runRows(rows: readonly Encoding[], options: PassOptions = {}): Promise<InputResult[]> {
    const { signal, batchSize = 16, onProgress, group, exit, everyLayer } = options;
    if (exit && everyLayer) refuseEveryLayer();
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
    // Aborted in the last batch: whoever asked wants no answer any more.
    signal?.throwIfAborted();
    return results;
  }

  /** Encodings that fit the model; what is too long is cut. */
  tokenize(inputs: readonly TextInput[], options: EncodeTextOptions = {}): Encoding[] {
    this.assertUsable();
    const { sentence, maxLength } = this.#inference;
    const texts = sentence ? inputs.map((input) => sentence.prepare(input)) : inputs;
    const encodings = this.tokenizer.encodeBatch(texts, { maxLength, truncation: 'longest_first', ...options });
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
   * One pass over rows of any lengths; pads them, reads the results back. When the device is lost on the way, the pass is
   * repeated once on a model opened anew. Where that fails, as without a network, a later call tries again. What overflows
   * narrower arithmetic is repeated in f32, where the model then stays.
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

  /** The outputs with the sentence head, if there is one, after the model's own. @throws NonFiniteOutputError */
  private finish(outputs: HostOutputs, inputs: RawInputs, withoutHead = false): HostOutputs {
    const { sentence, executor } = this.#inference;
    checkFiniteOutputs(outputs, executor);
    return sentence && !withoutHead ? sentence.apply(outputs, inputs, this.tokenizer) : outputs;
  }

  /** Calls that wait are refused, the running one ends first; then all memory is given back. */
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

/** @throws InvalidArgumentError */
function refuseEveryLayer(): never {
  throw new InvalidArgumentError({
    problem: 'Both an early exit and every layer were asked for',
    remedy: 'Leave out earlyExit or everyLayer',
  });
}

/** The numbers of an output the head is known to have. */
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
