import type { ReadOptions } from './types.ts';
import { wrongSize } from './verify.ts';

/** Beyond this a stated length is not believed before the bytes are there. */
const largestAllocation = 2 * 1024 ** 3;

/** A place for bytes that arrive in pieces: an array of the final length where that is known, a list where it is not. */
export class Landing {
  /** Bytes here so far. */
  loaded = 0;
  readonly #target: Uint8Array<ArrayBuffer> | undefined;
  readonly #pieces: Uint8Array[] = [];

  /**
   * @param path for messages.
   * @param length of the whole, where it is known.
   * @param into where to put the bytes, of that length.
   */
  constructor(
    readonly path: string,
    readonly length: number | undefined,
    into: Uint8Array<ArrayBuffer> | undefined,
  ) {
    if (into && length !== undefined && into.length !== length) throw wrongSize(path, length, into.length);
    if (into) this.#target = into;
    else if (length !== undefined && length <= largestAllocation) this.#target = new Uint8Array(length);
  }

  /** Copies the piece. @throws IntegrityError when there are more bytes than there should be. */
  add(piece: Uint8Array): void {
    const limit = this.#target?.length ?? this.length ?? Infinity;
    if (this.loaded + piece.length > limit) throw wrongSize(this.path, this.loaded + piece.length, limit);
    if (this.#target) this.#target.set(piece, this.loaded);
    else this.#pieces.push(piece.slice());
    this.loaded += piece.length;
  }

  /** Whether everything is here; unknown lengths are complete when the sender says so. */
  get complete(): boolean {
    return this.loaded === (this.#target?.length ?? this.length ?? this.loaded);
  }

  /** The bytes. @throws IntegrityError when some are missing. */
  finish(): Uint8Array<ArrayBuffer> {
    if (!this.complete) throw wrongSize(this.path, this.loaded, this.#target?.length ?? this.length ?? 0);
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
