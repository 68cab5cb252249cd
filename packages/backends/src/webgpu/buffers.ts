/** Creates and counts the buffers that an executor owns. */
import { vectorsOf } from './sizes.ts';

// WebGPU's usage flags by value: the global `GPUBufferUsage` may not exist where this file is only imported.
const mapRead = 0x01;
const copySource = 0x04;
const copyDestination = 0x08;
const uniform = 0x40;
const storage = 0x80;

/** Creates buffers, counts their bytes, and frees all of them at once. */
export class BufferPool {
  readonly #device: GPUDevice;
  readonly #buffers = new Set<GPUBuffer>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Bytes of all live buffers. */
  get bytes(): number {
    return [...this.#buffers].reduce((total, { size }) => total + size, 0);
  }

  /** Creates a buffer for kernels to write and read; at least one vector, because WebGPU has no empty bindings. */
  scratch(label: string, bytes: number): GPUBuffer {
    return this.#create(label, bytes, storage | copySource | copyDestination);
  }

  /** Creates a buffer into which results are copied for the CPU to read. */
  readable(label: string, bytes: number): GPUBuffer {
    return this.#create(label, bytes, mapRead | copyDestination);
  }

  /** Creates a buffer with `data` for kernels to read. */
  constant(label: string, data: Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>): GPUBuffer {
    const buffer = this.#create(label, data.byteLength, storage | copyDestination);
    this.#device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }

  /** Creates a small buffer for sizes, initialized with `data` and rewritten when they change. */
  uniform(label: string, data: Uint32Array<ArrayBuffer>): GPUBuffer {
    const buffer = this.#create(label, data.byteLength, uniform | copyDestination);
    this.#device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }

  /** Frees one buffer; commands that have already been submitted can still use it. */
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
