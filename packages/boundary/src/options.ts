/**
 * Sends options to a worker. An AbortSignal or a callback cannot be posted, but a port can. The page posts `abort` on it. The
 * worker posts the arguments of each call of a callback, and `done` at the end.
 */
import { fromMessage, toMessage, type SentValue } from './error-transfer.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- every callback has its own parameters
type Callback = (...args: any[]) => void;

/** Options that are not plain values. */
export interface LiveOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: Callback | undefined;
  readonly onWarning?: Callback | undefined;
}

/** An options object as it is posted. */
export interface SentOptions {
  readonly plain: Readonly<Record<string, unknown>>;
  readonly channel?:
    { readonly port: MessagePort; readonly signal: boolean; readonly callbacks: readonly string[] } | undefined;
}

type FromPage = 'abort';
type FromWorker = { readonly callback: string; readonly args: readonly SentValue[] } | 'done';

/** The page's end of an options object. */
export interface OptionsChannel {
  readonly sent: SentOptions;
  /** The transfer list for `sent`. */
  readonly transfer: Transferable[];
  /** Resolves after the worker's last callback. Callbacks and results use different ports, so a result could arrive first. */
  readonly done: Promise<void>;
  release(): void;
}

/** Page side: makes options postable. */
export function sendOptions({ signal, ...options }: LiveOptions = {}): OptionsChannel {
  const entries = Object.entries<unknown>(options);
  const callbacks = new Map(entries.filter((entry): entry is [string, Callback] => typeof entry[1] === 'function'));
  const plain = Object.fromEntries(entries.filter(([name]) => !callbacks.has(name)));
  if (!signal && callbacks.size === 0) {
    return { sent: { plain }, transfer: [], done: Promise.resolve(), release: () => undefined };
  }
  const { port1, port2 } = new MessageChannel();
  const abort = (): void => port1.postMessage('abort' satisfies FromPage);
  const done = new Promise<void>((resolve) => {
    port1.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (data === 'done') resolve();
      else callbacks.get(data.callback)?.(...data.args.map(fromMessage));
    });
  });
  port1.start();
  signal?.addEventListener('abort', abort, { once: true });
  return {
    sent: { plain, channel: { port: port2, signal: signal !== undefined, callbacks: [...callbacks.keys()] } },
    transfer: [port2],
    done,
    release: () => {
      signal?.removeEventListener('abort', abort);
      port1.close();
    },
  };
}

/** Worker side: runs `task` with the restored options. */
export async function withOptions<T>(
  { plain, channel }: SentOptions,
  task: (options: Record<string, unknown> & LiveOptions) => T | Promise<T>,
): Promise<T> {
  if (!channel) return task(plain);
  const { port } = channel;
  const controller = new AbortController();
  const post = (message: FromWorker): void => port.postMessage(message);
  port.addEventListener('message', () => controller.abort());
  port.start();
  const callbacks = channel.callbacks.map((callback): [string, Callback] => [
    callback,
    (...args: unknown[]) => post({ callback, args: args.map(toMessage) }),
  ]);
  try {
    return await task({
      ...plain,
      ...(channel.signal && { signal: controller.signal }),
      ...Object.fromEntries(callbacks),
    });
  } finally {
    post('done');
  }
}
