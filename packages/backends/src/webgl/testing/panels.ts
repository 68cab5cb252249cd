/** Copies matrices into and out of panels, for tests of single programs. */
import * as tf from '@tensorflow/tfjs-core';
import type { WebglDevice } from '../device.ts';
import type { Panels } from '../panels.ts';
import { allocatePanels, texelsOf } from '../panels.ts';
import { compileReadTensor } from '../read-tensor/program.ts';
import { openTensor } from '../read-tensor/source.ts';
import { compileWriteTensor, makeTensor } from '../write-tensor/program.ts';

/** Sizes of a batch of matrices. */
export interface Sizes {
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
}

/** Makes panels for a batch of matrices, filled with NaN, to reveal what a program fails to write or reads out of bounds. */
export function emptyPanels(device: WebglDevice, { batch, rows, columns }: Sizes): Panels {
  const { gl, rowsPerPanel } = device;
  const panels = allocatePanels(device, texelsOf(columns), batch * Math.ceil(rows / rowsPerPanel));
  gl.bindFramebuffer(gl.FRAMEBUFFER, panels.framebuffer);
  gl.scissor(0, 0, panels.width, panels.height);
  for (let layer = 0; layer < rowsPerPanel; layer++) gl.clearBufferfv(gl.COLOR, layer, [NaN, NaN, NaN, NaN]);
  return panels;
}

/** Copies `values` `[batch, rows, columns]`, row-major, into panels. */
export async function toPanels(
  device: WebglDevice,
  values: Float32Array,
  sizes: Sizes,
  reading: 'embedded' | 'mask' = 'embedded',
): Promise<Panels> {
  const program = await compileReadTensor(device, reading);
  const tensor = tf.tensor1d(values);
  const panels = readInto(device, program, tensor, sizes);
  tensor.dispose();
  return panels;
}

/** Does the inverse of `toPanels`, through a tfjs tensor. */
export async function fromPanels(device: WebglDevice, panels: Panels, sizes: Sizes): Promise<Float32Array> {
  const { batch, rows, columns } = sizes;
  const program = await compileWriteTensor(device);
  const panelsPerSequence = Math.ceil(rows / device.rowsPerPanel);
  const tensor = makeTensor(device, [batch, rows, columns], (framebuffer, width, height) => {
    program.run({ x: panels.texture }, { rows, columns, panelsPerSequence, width }, { framebuffer, width, height });
  });
  const values = Float32Array.from(await tensor.data());
  tensor.dispose();
  return values;
}

/** Runs `program` on the texture in which tfjs stores the tensor. */
export function readInto(
  device: WebglDevice,
  program: Awaited<ReturnType<typeof compileReadTensor>>,
  tensor: tf.Tensor,
  { batch, rows, columns }: Sizes,
): Panels {
  const panels = emptyPanels(device, { batch, rows, columns });
  const source = openTensor(device, tensor);
  const panelsPerSequence = Math.ceil(rows / device.rowsPerPanel);
  program.run({ source: source.texture }, { rows, columns, panelsPerSequence, ...source.layout }, panels);
  source.release();
  return panels;
}
