/**
 * Options across the boundary. An AbortSignal and a callback cannot be posted; a port can, so the two travel as one: the
 * page says `abort` on it, the worker reports progress on it, and then that it is done.
 */

/** What may stand in any options object besides plain values. */
export interface LiveOptions {
  readonly signal?: AbortSignal | undefined;
  // oxlint-disable-next-line typescript/no-explicit-any -- every task has a callback with parameters of its own
  readonly onProgress?: ((...report: any[]) => void) | undefined;
}

/** An options object as it is posted. */
export interface SentOptions {
  readonly plain: Readonly<Record<string, unknown>>;
  readonly line?: { readonly port: MessagePort; readonly signal: boolean; readonly onProgress: boolean } | undefined;
}

type FromPage = 'abort';
type FromWorker = { readonly progress: readonly unknown[] } | 'done';

/** The page's end of an options object. */
export interface OptionsLine {
  readonly sent: SentOptions;
  /** To go with `sent`. */
  readonly transfer: Transferable[];
  /** When the worker has said its last word: progress and result come by different ports, and must not overtake. */
  readonly done: Promise<void>;
  release(): void;
}

/** Page side: makes options postable. */
export function sendOptions({ signal, onProgress, ...plain }: LiveOptions = {}): OptionsLine {
  if (!signal && !onProgress) {
    return { sent: { plain }, transfer: [], done: Promise.resolve(), release: () => undefined };
  }
  const { port1, port2 } = new MessageChannel();
  const abort = (): void => port1.postMessage('abort' satisfies FromPage);
  const done = new Promise<void>((resolve) => {
    port1.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (data === 'done') resolve();
      else onProgress?.(...data.progress);
    });
  });
  port1.start();
  signal?.addEventListener('abort', abort, { once: true });
  return {
    sent: { plain, line: { port: port2, signal: signal !== undefined, onProgress: onProgress !== undefined } },
    transfer: [port2],
    done,
    release: () => {
      signal?.removeEventListener('abort', abort);
      port1.close();
    },
  };
}

/** Worker side: runs `task` with the options made whole again. */
export async function withOptions<T>(
  { plain, line }: SentOptions,
  task: (options: Record<string, unknown> & LiveOptions) => T | Promise<T>,
): Promise<T> {
  if (!line) return task(plain);
  const { port } = line;
  const controller = new AbortController();
  const post = (message: FromWorker): void => port.postMessage(message);
  port.addEventListener('message', () => controller.abort());
  port.start();
  try {
    return await task({
      ...plain,
      ...(line.signal && { signal: controller.signal }),
      ...(line.onProgress && { onProgress: (...progress: unknown[]) => post({ progress }) }),
    });
  } finally {
    post('done');
  }
}
