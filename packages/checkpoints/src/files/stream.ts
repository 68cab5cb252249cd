import type { ReadOptions } from './types.ts';
import { checkLimit, wrongSize } from './verify.ts';

/** Beyond this a stated length is not believed before the bytes are there. */
const largestAllocation = 2 * 1024 ** 3;

/** What is known of a file before its bytes are here. */
export interface Expectation {
  /** Length of the whole. */
  readonly length?: number | undefined;
  /** The length may be that of another form of the file, such as a compressed one: the bytes decide. */
  readonly uncertain?: boolean | undefined;
  /** Where to put the bytes, of that length. */
  readonly into?: Uint8Array<ArrayBuffer> | undefined;
  /** Most bytes to take. */
  readonly limit?: number | undefined;
}

/** A place for bytes that arrive in pieces: an array of the final length where that is known, a list where it is not. */
export class Landing {
  /** Bytes here so far. */
  loaded = 0;
  /** Bytes in all; undefined where nobody knows. */
  length: number | undefined;
  readonly #uncertain: boolean;
  readonly #limit: number | undefined;
  #target: Uint8Array<ArrayBuffer> | undefined;
  #pieces: Uint8Array[] = [];

  /**
   * @param path for messages.
   * @throws IntegrityError when `into` is of another length, FileTooLargeError.
   */
  constructor(
    readonly path: string,
    { length, uncertain = false, into, limit }: Expectation,
  ) {
    if (!uncertain) checkLimit(path, length, limit);
    if (into && length !== undefined && into.length !== length) throw wrongSize(path, length, into.length);
    if (into) this.#target = into;
    else if (length !== undefined && length <= Math.min(largestAllocation, limit ?? Infinity))
      this.#target = new Uint8Array(length);
    this.length = into?.length ?? length;
    this.#uncertain = uncertain && !into;
    this.#limit = limit;
  }

  /** Copies the piece. @throws IntegrityError when there are more bytes than there should be, FileTooLargeError. */
  add(piece: Uint8Array): void {
    const loaded = this.loaded + piece.length;
    checkLimit(this.path, loaded, this.#limit);
    if (loaded > (this.length ?? Infinity)) this.#outgrow(loaded);
    if (this.#target) this.#target.set(piece, this.loaded);
    else this.#pieces.push(piece.slice());
    this.loaded = loaded;
  }

  /** The length was another's, or the bytes are. */
  #outgrow(loaded: number): void {
    if (!this.#uncertain) throw wrongSize(this.path, loaded, this.length ?? 0);
    if (this.#target) this.#pieces = [this.#target.subarray(0, this.loaded)];
    this.#target = undefined;
    this.length = undefined;
  }

  /** Takes what is here for everything, where the length was uncertain; returns whether it was. */
  settle(): boolean {
    if (!this.#uncertain) return false;
    if (this.#target) this.#pieces = [this.#target.subarray(0, this.loaded)];
    this.#target = undefined;
    this.length = this.loaded;
    return true;
  }

  /** Whether everything is here; unknown lengths are complete when the sender says so. */
  get complete(): boolean {
    return this.loaded === (this.length ?? this.loaded);
  }

  /** The bytes. @throws IntegrityError when some are missing. */
  finish(): Uint8Array<ArrayBuffer> {
    if (!this.complete) throw wrongSize(this.path, this.loaded, this.length ?? 0);
    return this.#target ?? concatenate(this.#pieces, this.loaded);
  }
}

/** Lands what a reader gives, to its end; cancels it on any failure, an abort included. */
export async function land(
  reader: PieceReader,
  landing: Landing,
  { signal, onBytes }: Pick<ReadOptions, 'signal' | 'onBytes'>,
): Promise<void> {
  const stop = (): void => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) return;
      landing.add(value);
      onBytes?.(landing.loaded, landing.length);
    }
  } catch (error) {
    stop();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** What both kinds of readers of a stream can do. */
export interface PieceReader {
  read(): Promise<ReadableStreamReadResult<Uint8Array>>;
  cancel(reason: unknown): Promise<void>;
}

/** Each transfer holds one. Four times as much was not faster in Chromium. */
const pieceBytes = 64 * 1024;

/**
 * Reads a stream, where the engine can, into one buffer over and over: a piece is gone when the next one is asked for.
 * A fresh array for each, as the plain reader makes, is garbage as large as the weights, collected only some time later.
 *
 * For the network only: of a body out of the Cache API, Chromium 156 leaves such a read pending for ever, once in some
 * hundred bodies.
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

function concatenate(pieces: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
