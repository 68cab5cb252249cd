/** The page's side of a model. All its methods are asynchronous. */
import { sendOptions, type LiveOptions, type OptionsChannel } from '@albert-web/boundary';
import { BackendLostError, NoBackendError } from '@albert-web/backends';
import { DisposedError, type AlbertError, type PendingCalls } from '@albert-web/errors';
import type { Albert, CallOptions, ModelInfo, SemanticIndex } from '@albert-web/tasks';
import { releaseProxy, transfer, type Remote } from 'comlink';
import { coalescePairs } from './coalesce.ts';
import {
  indexMethods,
  modelMethods,
  tokenizerMethods,
  type HostInterface,
  type MethodPath,
  type ModelMethods,
  type TokenizerMethods,
} from './protocol.ts';

/** Options of a call that can be aborted. */
export type Abortable = Pick<CallOptions, 'signal'>;

/** `T` with every method asynchronous and accepting a signal. */
type Later<T> = {
  readonly [K in keyof T]: T[K] extends (input: infer Input, options?: infer Options) => infer Result
    ? (input: Input, options?: Options & Abortable) => Promise<Awaited<Result>>
    : never;
};

/** The tokenizer of a model in a worker. Every method rejects with the signal's reason when aborted. */
export type RemoteTokenizer = Later<TokenizerMethods>;

/**
 * A loaded model. Its methods are those of `Albert` and run in a worker. Calls may overlap; calls of `paraphrase` that are made
 * in the same task run as one batch.
 */
export interface Model extends ModelMethods, Pick<Albert, 'paraphrase' | 'createIndex' | 'dispose'> {
  /** The model's tokenizer. */
  readonly tokenizer: RemoteTokenizer;
  /** Which model runs, where, and why. */
  info(options?: Abortable): Promise<ModelInfo>;
  /** The same as `dispose`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A connection to a host, in a worker or in this thread. */
export interface Connection {
  readonly remote: Remote<HostInterface>;
  readonly calls: PendingCalls;
  /** Rejects with a WorkerError when the worker crashes; absent without a worker. */
  readonly failure?: Promise<never>;
  readonly close: () => void;
}

/** Creates the page's side of a connected model. @param onLost called once if the model stops and does not recover */
export function remoteModel(connection: Connection, onLost?: (error: AlbertError) => void): Model {
  let disposed: Promise<void> | undefined;
  let indexes = 0;
  let tell = onLost;
  const reportLoss = (error: AlbertError): void => {
    if (!disposed) tell?.(error);
    tell = undefined;
  };
  connection.failure?.catch(reportLoss);

  const assertUsable = (): void => {
    if (disposed) throw new DisposedError('the model');
  };
  const send = async <T>(request: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T> => {
    assertUsable();
    signal?.throwIfAborted();
    try {
      return await connection.calls.guard(request(connection), signal);
    } catch (error) {
      // The host has tried to recover already.
      if (error instanceof BackendLostError || error instanceof NoBackendError) reportLoss(error);
      throw error;
    }
  };
  const call: Call = (path, args, options) =>
    send(() =>
      callWithOptions(connection, options, (sent, ports) => connection.remote.call(path, args, transfer(sent, ports))),
    );
  const dispose = (): Promise<void> => (disposed ??= endConnection(connection));

  const methods = forwarded('model', modelMethods, call) as ModelMethods;
  const paraphrase = coalescePairs((pairs, options) => methods.paraphrases(pairs, options));
  return {
    ...methods,
    tokenizer: forwarded('tokenizer', tokenizerMethods, call) as RemoteTokenizer,
    paraphrase: (a, b, options) => paraphrase([a, b], options),
    createIndex: (settings) => {
      assertUsable();
      const number = indexes++;
      const callIndex: Call = (path, args, options) => call(path, [number, settings, ...args], options);
      return remoteIndex(callIndex);
    },
    info: ({ signal } = {}) => send(({ remote }) => remote.info(), signal),
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

/** Creates the page's side of an index, which lives beside the model. */
function remoteIndex(call: Call): SemanticIndex {
  let disposed: Promise<void> | undefined;
  const callUsable: Call = async (path, args, options) => {
    if (disposed) throw new DisposedError('the index');
    return call(path, args, options);
  };
  // If this fails, the index has ended together with the model.
  const end = (): void => undefined;
  const dispose = (): Promise<void> => (disposed ??= call(['index', 'dispose'], [], undefined).then(end, end));
  const methods = forwarded('index', indexMethods, callUsable) as unknown as SemanticIndex;
  return { ...methods, dispose, [Symbol.asyncDispose]: dispose };
}

type Call = (path: MethodPath, args: readonly unknown[], options: object | undefined) => Promise<unknown>;

/** Creates a method for each name. `counts` is the number of arguments before the options. */
function forwarded(
  owner: MethodPath[0],
  counts: Readonly<Record<string, number>>,
  call: Call,
): Record<string, (...args: readonly unknown[]) => Promise<unknown>> {
  const methods = Object.entries(counts).map(
    ([name, count]) =>
      [
        name,
        (...args: readonly unknown[]) =>
          call(
            [owner, name] as MethodPath,
            // Always the full number, so that the options never take the place of an omitted argument.
            Array.from({ length: count }, (_, index) => args[index]),
            args[count] as object | undefined,
          ),
      ] as const,
  );
  return Object.fromEntries(methods);
}

/** Waits for the running call, rejects queued calls, and terminates the worker, even if it has crashed. */
async function endConnection({ remote, calls, close }: Connection): Promise<void> {
  // A crashed worker has nothing left to free.
  await calls.guard(remote.dispose()).catch(() => undefined);
  // A call between two batches would otherwise never settle.
  calls.rejectAll(new DisposedError('the model'));
  remote[releaseProxy]();
  close();
}

/** Ends the connection after a failed or aborted load. A worker that hangs is terminated after ten seconds. */
export async function endSoon(connection: Connection): Promise<void> {
  await atMost(connection.calls.guard(connection.remote.dispose()), 10_000);
  connection.close();
}

/** Waits until `work` has settled either way, for at most this many milliseconds. */
export async function atMost(work: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([work.catch(() => undefined), timeout]);
  clearTimeout(timer);
}

/** Posts options, waits for the result and the last callback, and cleans up. An abort rejects at once, with the signal's reason. */
export async function callWithOptions<T>(
  { calls }: Connection,
  options: LiveOptions | undefined,
  post: (sent: OptionsChannel['sent'], ports: Transferable[]) => Promise<T>,
): Promise<T> {
  const signal = options?.signal;
  signal?.throwIfAborted();
  const channel = sendOptions(options);
  try {
    return await resultAfterCallbacks(calls, channel, signal, post(channel.sent, channel.transfer));
  } finally {
    channel.release();
  }
}

/** Waits for the result of a call that was posted with a channel, and for the last callback on that channel. */
export async function resultAfterCallbacks<T>(
  calls: PendingCalls,
  channel: OptionsChannel,
  signal: AbortSignal | undefined,
  posted: Promise<T>,
): Promise<T> {
  const answer = await calls.guard(posted, signal);
  await calls.guard(channel.done, signal);
  return answer;
}
