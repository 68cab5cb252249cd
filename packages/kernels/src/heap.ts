/** The module's memory: handed out from the bottom, never given back but for the arena at its top. */

/** Vectors are 16 bytes, cache lines 64. */
const alignment = 64;

const pageBytes = 65536;

/** Views are made afresh for every use, because growing a memory detaches them. */
export class Heap {
  #top: number;

  /** @param start the first address that is not the module's own. */
  constructor(
    readonly memory: WebAssembly.Memory,
    start: number,
  ) {
    this.#top = Math.ceil(start / alignment) * alignment;
  }

  /** Bytes of the whole memory. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** Where the next allocation will lie: a mark for `release`. */
  get top(): number {
    return this.#top;
  }

  /** An address with room for `bytes`, aligned to a cache line. Fresh memory is zero, released memory is not. */
  allocate(bytes: number): number {
    const address = this.#top;
    this.#top = Math.ceil((address + bytes) / alignment) * alignment;
    const missing = Math.ceil((this.#top - this.bytes) / pageBytes);
    if (missing > 0) this.memory.grow(missing);
    return address;
  }

  /** Takes back everything allocated since `top` was `mark`. */
  release(mark: number): void {
    this.#top = mark;
  }

  float32(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  int32(address: number, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, count);
  }

  int8(address: number, count: number): Int8Array {
    return new Int8Array(this.memory.buffer, address, count);
  }
}
