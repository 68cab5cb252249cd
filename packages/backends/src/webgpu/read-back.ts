/** Reads results back to the CPU. */
import { copyOf } from '@albert-web/errors';
import type { BufferPool } from './buffers.ts';

const mapRead = 1;

/** Buffers into which results are copied to be read. They are kept between calls, and each is used by one call at a time. */
export class ReadBacks {
  readonly #pool: BufferPool;
  readonly #free: GPUBuffer[] = [];

  constructor(pool: BufferPool) {
    this.#pool = pool;
  }

  /** Reserves a buffer of at least `bytes` bytes until `read` releases it. */
  take(bytes: number): GPUBuffer {
    const index = this.#free.findIndex(({ size }) => size >= bytes);
    const [kept] = index < 0 ? [] : this.#free.splice(index, 1);
    return kept ?? this.#pool.readable('read-back', 2 ** Math.ceil(Math.log2(Math.max(bytes, 256))));
  }

  /** Reads the first `count` floats of a buffer, once the GPU has written them. */
  async read(buffer: GPUBuffer, count: number): Promise<Float32Array<ArrayBuffer>> {
    await buffer.mapAsync(mapRead, 0, 4 * count);
    const values = copyOf(new Float32Array(buffer.getMappedRange(0, 4 * count)));
    buffer.unmap();
    this.#free.push(buffer);
    return values;
  }
}
