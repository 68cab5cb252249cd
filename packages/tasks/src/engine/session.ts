/** What every task runs on: a loaded model with its tokenizer, one call at a time. */
import * as tf from '@tensorflow/tfjs-core';
import type { BackendChoice } from '@albert-web/backends';
import { withRecovery } from '@albert-web/backends';
import type { AlbertConfig, Head, HeadOutputs, InferenceModel, RawInputs } from '@albert-web/core';
import { DisposedError, InvalidArgumentError } from '@albert-web/errors';
import type { EncodeTextOptions, Encoding, TextInput, Tokenizer } from '@albert-web/tokenizer';
import { bucketByLength, groupsOf } from './batches.ts';
import type { EarlyExit, Verdict } from './early-exit.ts';
import { checkEarlyExit, walkUntilSettled } from './early-exit.ts';
import { CallQueue, type Priority } from './queue.ts';
import type { SentenceHead } from './sentence-head.ts';

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

/** Numbers on the host. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What one input came to: its row of every output, at each depth asked for. */
export interface InputResult {
  readonly encoding: Encoding;
  /** By output name, this input's row: shape without the batch axis. */
  readonly outputs: Readonly<Record<string, HostTensor>>;
  /** The same at depth 0, 1, 2, ... with `everyLayer`. */
  readonly layers?: readonly Readonly<Record<string, HostTensor>>[];
  /** Layers that were run, with `exit`. */
  readonly depth?: number;
}

/** How one pass over many inputs is made. */
export interface PassOptions extends ManyOptions {
  readonly everyLayer?: boolean | undefined;
  /** The encoder's `last_hidden_state` `[length, hidden]`, whatever the model has behind it. */
  readonly withoutHead?: boolean | undefined;
  /** Inputs that are judged together, and so go through the model together. Default 1. */
  readonly group?: number | undefined;
  readonly exit?: Exit | undefined;
}

/** Early exit, and what is judged after every layer. Not together with `everyLayer`. */
export interface Exit extends EarlyExit {
  /** The verdict on one group of inputs. */
  readonly verdictOf: (group: readonly InputResult['outputs'][]) => Verdict;
}

/** The parts of a loaded model. All of them but the tokenizer and the configuration may live on a device. */
export interface SessionParts {
  readonly config: AlbertConfig;
  readonly tokenizer: Tokenizer;
  readonly inference: InferenceModel;
  readonly backend: BackendChoice;
  /** Pooling and dense layers, when the model is a sentence encoder. */
  readonly sentence: SentenceHead | undefined;
  /** Bytes of the weights that stay where they are stored: those the executor has not packed. */
  readonly storedBytes: number;
  /** Tokens a sequence may have, special tokens included. */
  readonly maxLength: number;
  /** Makes the same parts anew, on a fresh device or the next backend; absent when a lost device is the caller's business. */
  readonly renew: (() => Promise<SessionParts>) | undefined;
}

/** A loaded model, its calls in a queue: backends share one device, and two passes at once would only share its time. */
export class Session {
  readonly #queue = new CallQueue();
  #disposed = false;
  #parts: SessionParts;
  /** What the parts ran on is gone and they are disposed of: the next call needs others. */
  #lost = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get parts(): SessionParts {
    return this.#parts;
  }

  get head(): Head {
    return this.parts.inference.head;
  }

  /** Tokenizes many inputs and runs them; what is too long for the model is cut. Results are in the order of the inputs. */
  async run(inputs: readonly TextInput[], options: PassOptions = {}): Promise<InputResult[]> {
    options.signal?.throwIfAborted();
    return this.runRows(this.tokenize(inputs), options);
  }

  /** The same for what is tokenized already: sorted by length into batches, each when its turn comes. */
  async runRows(rows: readonly Encoding[], options: PassOptions = {}): Promise<InputResult[]> {
    const { signal, batchSize = 16, onProgress, group, exit } = options;
    if (exit) checkExit(exit, options);
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
    return results;
  }

  /** Encodings that fit the model; what is too long is cut. */
  tokenize(inputs: readonly TextInput[], options: EncodeTextOptions = {}): Encoding[] {
    this.assertUsable();
    return this.parts.tokenizer.encodeBatch(inputs, {
      maxLength: this.parts.maxLength,
      truncation: 'longest_first',
      ...options,
    });
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
   * repeated once on renewed parts. Where those cannot be had, as without a network, a later call asks for them again.
   */
  private async pass(rows: readonly Encoding[], options: PassOptions): Promise<InputResult[]> {
    const { renew } = this.#parts;
    const { exit } = options;
    const attempt = (): Promise<InputResult[]> =>
      exit ? this.attemptUntilSettled(rows, exit, options) : this.attempt(rows, options);
    if (!renew) return attempt();
    if (this.#lost) await this.replaceParts(renew);
    return withRecovery(attempt, () => this.replaceParts(renew));
  }

  private async replaceParts(renew: () => Promise<SessionParts>): Promise<void> {
    if (!this.#lost) disposeParts(this.#parts);
    this.#lost = true;
    this.#parts = await renew();
    this.#lost = false;
  }

  private async attempt(rows: readonly Encoding[], options: PassOptions): Promise<InputResult[]> {
    const { depth, signal, everyLayer = false, withoutHead = false } = options;
    const inputs = padRows(rows, this.parts.config.pad_token_id);
    const { outputs, layers = [] } = await this.parts.inference.run(inputs, {
      everyLayer,
      withoutHead,
      ...(depth !== undefined && { depth }),
      ...(signal && { signal }),
    });
    const [last = {}, ...others] = await this.finish([outputs, ...layers], inputs, withoutHead);
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
    const walk = this.parts.inference.walk(padRows(rows, this.parts.config.pad_token_id), {
      ...(depth !== undefined && { depth }),
      ...(signal && { signal }),
    });
    try {
      let outputs: Record<string, HostTensor> = {};
      const verdictsOf = async (): Promise<Verdict[]> => {
        [outputs = {}] = await this.finish([await walk.next()], walk.inputs);
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

  /** Puts the sentence head, if there is one, after the model's own, and reads everything back. Frees `outputs`. */
  private async finish(
    outputs: readonly HeadOutputs[],
    inputs: RawInputs,
    withoutHead = false,
  ): Promise<Record<string, HostTensor>[]> {
    const { sentence, backend } = this.parts;
    const finished =
      sentence && !withoutHead ? tf.tidy(() => outputs.map((each) => sentence.apply(each, inputs))) : outputs;
    try {
      const { guard = unguarded } = backend.started;
      return await guard(Promise.all(finished.map(readBack)));
    } finally {
      tf.dispose([outputs, finished] as unknown as tf.TensorContainer);
    }
  }

  /** Calls that wait are refused, the running one ends first; then all memory is given back. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#queue.run(() => Promise.resolve(), 'bulk');
    if (!this.#lost) disposeParts(this.#parts);
  }

  private assertUsable(): void {
    if (this.#disposed) throw new DisposedError('the model');
  }
}

/** @throws InvalidArgumentError */
function checkExit(exit: Exit, { everyLayer }: PassOptions): void {
  checkEarlyExit(exit);
  if (!everyLayer) return;
  throw new InvalidArgumentError({
    problem: 'Both an early exit and every layer were asked for',
    remedy: 'Leave out earlyExit or everyLayer',
  });
}

const unguarded = <T>(work: Promise<T>): Promise<T> => work;

function disposeParts({ sentence, inference }: SessionParts): void {
  sentence?.dispose();
  inference.dispose();
}

function padRows(rows: readonly Encoding[], padId: number): RawInputs {
  const length = Math.max(...rows.map(({ ids }) => ids.length));
  const pad = (values: readonly number[], filler: number): number[] => [
    ...values,
    ...Array<number>(length - values.length).fill(filler),
  ];
  return {
    inputIds: rows.map(({ ids }) => pad(ids, padId)),
    attentionMask: rows.map(({ attentionMask }) => pad(attentionMask, 0)),
    tokenTypeIds: rows.map(({ typeIds }) => pad(typeIds, 0)),
  };
}

async function readBack(outputs: HeadOutputs): Promise<Record<string, HostTensor>> {
  const entries = Object.entries(outputs).map(async ([name, tensor]): Promise<[string, HostTensor]> => {
    const { shape } = tensor;
    return [name, { shape, values: Float32Array.from(await tensor.data()) }];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** The numbers of an output the head is known to have. */
export function valuesOf(outputs: InputResult['outputs'], name: string): Float32Array {
  return outputs[name]?.values ?? new Float32Array();
}

function rowOf(outputs: Readonly<Record<string, HostTensor>>, row: number): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { shape, values }]) => {
      const [rows = 1, ...rest] = shape;
      const size = values.length / rows;
      return [name, { shape: rest, values: values.subarray(row * size, (row + 1) * size) }];
    }),
  );
}
