/** Allocates blocks of the module's memory. */
import { WasmMemoryError } from './errors.ts';

/** Vectors are 16 bytes, cache lines 64. */
const alignment = 64;

/** Size of a page of WebAssembly memory. */
export const pageBytes = 65536;

interface Block {
  readonly address: number;
  readonly bytes: number;
}

/** The limit of a memory, and what to do when it is reached. */
export interface HeapLimit {
  readonly mebibytes: number;
  readonly remedy: string;
}

const inferenceLimit: HeapLimit = {
  mebibytes: 1024,
  remedy: "Load the model with precision: 'q8', lower batchSize, or use a GPU backend",
};

/** The blocks of one memory. Views are created anew for every use, because growing a memory detaches them. */
export class Heap {
  #top: number;
  /** Sizes of the blocks in use, by address. */
  readonly #used = new Map<number, number>();
  readonly #limit: HeapLimit;
  /** Free blocks under the top, by address, no two of them adjacent. */
  #free: readonly Block[] = [];

  /** @param start the first address after the module's own constants. */
  constructor(
    readonly memory: WebAssembly.Memory,
    start: number,
    limit = inferenceLimit,
  ) {
    this.#limit = limit;
    this.#top = align(start);
  }

  /** The size of the whole memory in bytes. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /**
   * Allocates `bytes` and returns their address, aligned to a cache line. Fresh memory is zero; a reused block is not.
   *
   * @throws WasmMemoryError if the memory cannot grow enough; nothing has changed then
   */
  allocate(bytes: number): number {
    const size = Math.max(align(bytes), alignment);
    const hole = this.#free.find((block) => block.bytes >= size);
    const address = hole?.address ?? this.#top;
    if (hole) {
      const rest = { address: address + size, bytes: hole.bytes - size };
      this.#free = this.#free.flatMap((block) => (block === hole ? (rest.bytes > 0 ? [rest] : []) : [block]));
    } else {
      this.#growTo(this.#top + size);
      this.#top += size;
    }
    this.#used.set(address, size);
    return address;
  }

  #growTo(end: number): void {
    const missing = Math.ceil((end - this.bytes) / pageBytes);
    if (missing <= 0) return;
    try {
      this.memory.grow(missing);
    } catch (error) {
      throw new WasmMemoryError(
        {
          problem: `The model needs ${Math.ceil(end / 2 ** 20)} MiB of WebAssembly memory, and cannot have more than ${this.bytes / 2 ** 20}`,
          expected: `At most ${this.#limit.mebibytes} MiB are allowed, and a device may have less`,
          remedy: this.#limit.remedy,
        },
        { cause: error },
      );
    }
  }

  /** Frees the block at `address`. */
  free(address: number): void {
    const bytes = this.#used.get(address);
    if (bytes === undefined) return;
    this.#used.delete(address);
    const end = address + bytes;
    const before = this.#free.find((block) => block.address + block.bytes === address);
    const after = this.#free.find((block) => block.address === end);
    const whole = {
      address: before?.address ?? address,
      bytes: (before?.bytes ?? 0) + bytes + (after?.bytes ?? 0),
    };
    const others = this.#free.filter((block) => block !== before && block !== after);
    if (whole.address + whole.bytes === this.#top) {
      this.#top = whole.address;
      this.#free = others;
    } else {
      this.#free = [...others, whole].toSorted((a, b) => a.address - b.address);
    }
  }

  float32(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  int32(address: number, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, count);
  }

  int16(address: number, count: number): Int16Array {
    return new Int16Array(this.memory.buffer, address, count);
  }

  int8(address: number, count: number): Int8Array {
    return new Int8Array(this.memory.buffer, address, count);
  }

  uint8(address: number, count: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, count);
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
