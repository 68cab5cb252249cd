/** Buffers that an executor owns, counted. */
import { vectorsOf } from './sizes.ts';

// WebGPU's usage flags by value: the global `GPUBufferUsage` is not there where this file is only imported.
const mapRead = 0x01;
const copySource = 0x04;
const copyDestination = 0x08;
const uniform = 0x40;
const storage = 0x80;

/** Makes buffers, knows their bytes, and frees all of them at once. */
export class BufferPool {
  readonly #device: GPUDevice;
  readonly #buffers = new Set<GPUBuffer>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Bytes of all buffers that are alive. */
  get bytes(): number {
    return [...this.#buffers].reduce((total, { size }) => total + size, 0);
  }

  /** A buffer for kernels to write and read; at least one vector, since WebGPU has no empty bindings. */
  scratch(label: string, bytes: number): GPUBuffer {
    return this.#create(label, bytes, storage | copySource | copyDestination);
  }

  /** A buffer that results are copied into, for the CPU to read. */
  readable(label: string, bytes: number): GPUBuffer {
    return this.#create(label, bytes, mapRead | copyDestination);
  }

  /** A buffer that kernels read, holding `data`. */
  constant(label: string, data: Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>): GPUBuffer {
    const buffer = this.#create(label, data.byteLength, storage | copyDestination);
    this.#device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }

  /** A small buffer for sizes, initialized with `data` and rewritten when they change. */
  uniform(label: string, data: Uint32Array<ArrayBuffer>): GPUBuffer {
    const buffer = this.#create(label, data.byteLength, uniform | copyDestination);
    this.#device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }

  /** Frees one buffer; commands that were submitted before still run with it. */
  free(buffer: GPUBuffer): void {
    this.#buffers.delete(buffer);
    buffer.destroy();
  }

  dispose(): void {
    for (const buffer of this.#buffers) this.free(buffer);
  }

  #create(label: string, bytes: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.#device.createBuffer({ label, size: 16 * Math.max(1, vectorsOf(bytes / 4)), usage });
    this.#buffers.add(buffer);
    return buffer;
  }
}
