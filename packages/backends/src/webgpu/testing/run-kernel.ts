/** Runs one kernel on a device, for tests. */
import type { BufferPool } from '../buffers.ts';
import { bind, compile } from '../pipelines.ts';
import type { CallShape, Program } from '../program.ts';

/** Returns the sizes of a call of `batch` sequences. */
export function callOf(batch: number, length: number): CallShape {
  return { batch, length, rows: batch * length, stride: 1 };
}

/** Creates the uniform `Call`. */
export function callBuffer(pool: BufferPool, { rows, length, stride }: CallShape): GPUBuffer {
  return pool.uniform('call', new Uint32Array([rows, length, stride]));
}

/** Dispatches a program once. */
export async function runKernel(
  device: GPUDevice,
  program: Program,
  buffers: Readonly<Record<number, GPUBuffer>>,
  call: CallShape,
  across: number,
): Promise<void> {
  const kernel = await compile(device, program);
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(kernel.pipeline);
  pass.setBindGroup(0, bind(device, kernel, buffers));
  pass.dispatchWorkgroups(...program.workgroups(call, across));
  pass.end();
  device.queue.submit([encoder.finish()]);
}

/** Reads the first `count` floats of a buffer with usage `COPY_SRC`. */
export async function readFloats(device: GPUDevice, buffer: GPUBuffer, count: number): Promise<Float32Array> {
  const staging = device.createBuffer({ size: 4 * count, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, 4 * count);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(staging.getMappedRange()).slice();
  staging.destroy();
  return values;
}

/** Pads `[rows, width]` to whole vectors, for a kernel. */
export function padRows(values: Float32Array, rows: number, width: number): Float32Array<ArrayBuffer> {
  const padded = 4 * Math.ceil(width / 4);
  const result = new Float32Array(rows * padded);
  for (let row = 0; row < rows; row++) result.set(values.subarray(row * width, (row + 1) * width), row * padded);
  return result;
}

/** Removes the padding of `padRows`. */
export function unpadRows(values: Float32Array, rows: number, width: number): Float32Array<ArrayBuffer> {
  const padded = 4 * Math.ceil(width / 4);
  const result = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    result.set(values.subarray(row * padded, row * padded + width), row * width);
  }
  return result;
}
