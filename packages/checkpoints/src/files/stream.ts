import { allocate, concatenate, copyOf } from '@albert-web/errors';
import type { ReadOptions } from './types.ts';
import { checkLimit, wrongSize } from './verify.ts';
import { limits } from '../limits.ts';

/** What is known about a file before its bytes arrive. */
export interface Expectation {
  /** Length of the whole file. */
  readonly length?: number | undefined;
  /** Whether the length may be that of the compressed file. The actual bytes decide then. */
  readonly uncertain?: boolean | undefined;
  /** Maximum number of bytes. */
  readonly limit?: number | undefined;
}

/** Collects bytes that arrive in chunks: in an array of the final length if known, otherwise in a list. */
export class StreamBuffer {
  /** Bytes received so far. */
  loaded = 0;
  /** Total bytes, if known. */
  length: number | undefined;
  readonly #uncertain: boolean;
  readonly #limit: number | undefined;
  #target: Uint8Array<ArrayBuffer> | undefined;
  #pieces: Uint8Array[] = [];

  /**
   * @param path for error messages
   * @throws FileTooLargeError
   */
  constructor(
    readonly path: string,
    { length, uncertain = false, limit }: Expectation,
  ) {
    if (!uncertain) checkLimit(path, length, limit);
    if (length !== undefined && length <= Math.min(limits.atOnce, limit ?? Infinity))
      this.#target = allocate(Uint8Array, length);
    this.length = length;
    this.#uncertain = uncertain;
    this.#limit = limit;
  }

  /** Copies a chunk. @throws IntegrityError when there are too many bytes, FileTooLargeError. */
  add(piece: Uint8Array): void {
    const loaded = this.loaded + piece.length;
    checkLimit(this.path, loaded, this.#limit);
    if (loaded > (this.length ?? Infinity)) this.#outgrow(loaded);
    if (this.#target) this.#target.set(piece, this.loaded);
    else this.#pieces.push(copyOf(piece));
    this.loaded = loaded;
  }

  /** Handles more bytes than expected: the length was wrong, or the bytes are. */
  #outgrow(loaded: number): void {
    if (!this.#uncertain) throw wrongSize(this.path, loaded, this.length ?? 0);
    if (this.#target) this.#pieces = [this.#target.subarray(0, this.loaded)];
    this.#target = undefined;
    this.length = undefined;
  }

  /** Accepts the received bytes as complete if the length was uncertain. Returns whether it was. */
  settle(): boolean {
    if (!this.#uncertain) return false;
    if (this.#target) this.#pieces = [this.#target.subarray(0, this.loaded)];
    this.#target = undefined;
    this.length = this.loaded;
    return true;
  }

  /** Whether all bytes have arrived. A file of unknown length is complete when the stream ends. */
  get complete(): boolean {
    return this.loaded === (this.length ?? this.loaded);
  }

  /** Returns the bytes. @throws IntegrityError when some are missing. */
  finish(): Uint8Array<ArrayBuffer> {
    if (!this.complete) throw wrongSize(this.path, this.loaded, this.length ?? 0);
    return this.#target ?? concatenate(Uint8Array, this.#pieces);
  }
}

/** Reads a stream to its end. Cancels it on any failure, including an abort. */
export async function readStream(
  reader: PieceReader,
  buffer: StreamBuffer,
  { signal, onBytes }: Pick<ReadOptions, 'signal' | 'onBytes'>,
): Promise<void> {
  const stop = (): void => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) return;
      buffer.add(value);
      onBytes?.(buffer.loaded, buffer.length);
    }
  } catch (error) {
    stop();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** The interface of both kinds of stream readers. */
export interface PieceReader {
  read(): Promise<ReadableStreamReadResult<Uint8Array>>;
  cancel(reason: unknown): Promise<void>;
}

/** Size of the buffer of a transfer. A buffer four times as large was not faster in Chromium. */
const pieceBytes = 64 * 1024;

/**
 * Reads a stream into one reused buffer if the engine supports it: a chunk is valid until the next read. The default reader
 * allocates an array for each chunk, in total as much garbage as the weights.
 *
 * For the network only: with a body from the Cache API, about one such read in a hundred never settles in Chromium 156.
 */
export function reusingReader(stream: ReadableStream<Uint8Array>): PieceReader {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = stream.getReader({ mode: 'byob' });
  } catch {
    return stream.getReader();
  }
  let buffer = new ArrayBuffer(pieceBytes);
  return {
    async read() {
      const result = await reader.read(new Uint8Array(buffer));
      if (result.value) buffer = result.value.buffer;
      return result.done ? { done: true, value: undefined } : result;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}
