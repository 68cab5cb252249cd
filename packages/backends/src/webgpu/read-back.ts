/** Results on their way to the CPU. */
import type { BufferPool } from './buffers.ts';

const mapRead = 1;

/** Buffers that results are copied into and read from: kept between calls, each in the hands of one call at a time. */
export class ReadBacks {
  readonly #pool: BufferPool;
  readonly #free: GPUBuffer[] = [];

  constructor(pool: BufferPool) {
    this.#pool = pool;
  }

  /** A buffer for at least so many bytes, until `read` gives it back. */
  take(bytes: number): GPUBuffer {
    const index = this.#free.findIndex(({ size }) => size >= bytes);
    const [kept] = index < 0 ? [] : this.#free.splice(index, 1);
    return kept ?? this.#pool.readable('read-back', 2 ** Math.ceil(Math.log2(Math.max(bytes, 256))));
  }

  /** The first floats of a buffer, once the GPU has come so far. */
  async read(buffer: GPUBuffer, count: number): Promise<Float32Array<ArrayBuffer>> {
    await buffer.mapAsync(mapRead, 0, 4 * count);
    const values = new Float32Array(buffer.getMappedRange(0, 4 * count)).slice();
    buffer.unmap();
    this.#free.push(buffer);
    return values;
  }
}
