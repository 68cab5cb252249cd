import type { ReadOptions } from './types.ts';
import { wrongSize } from './verify.ts';

/** Beyond this a stated length is not believed before the bytes are there. */
const largestAllocation = 2 * 1024 ** 3;

interface StreamOptions extends Pick<ReadOptions, 'signal' | 'onBytes' | 'into'> {
  /** Length of the stream, where it is known. */
  readonly length: number | undefined;
}

/**
 * Reads a stream to its end, straight into place when its length is known.
 *
 * @throws IntegrityError when it is shorter or longer than it should be; cancels the stream on any failure.
 */
export async function readStream(
  path: string,
  stream: ReadableStream<Uint8Array>,
  { length, signal, onBytes, into }: StreamOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const expected = into?.length ?? length;
  const known = expected !== undefined && expected <= largestAllocation ? expected : undefined;
  const target = into ?? (known === undefined ? undefined : new Uint8Array(known));
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  const reader = stream.getReader();
  const stop = (): void => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) break;
      if (expected !== undefined && loaded + value.length > expected) {
        throw wrongSize(path, loaded + value.length, expected);
      }
      if (target) target.set(value, loaded);
      else chunks.push(value);
      loaded += value.length;
      onBytes?.(loaded, expected);
    }
  } catch (error) {
    stop();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
  if (expected !== undefined && loaded !== expected) throw wrongSize(path, loaded, expected);
  return target ?? concatenate(chunks, loaded);
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
