/** Records one call: a single compute pass, dispatch after dispatch. */
import type { Kernel } from './pipelines.ts';

/** How many workgroups run, along each axis. */
export type Workgroups = readonly [x: number, y: number, z: number];

/** Takes the dispatches of one call, in order. */
export interface Recorder {
  /** @param step what the dispatch is for, as profiles name it. */
  dispatch(step: string, kernel: Kernel, group: GPUBindGroup, workgroups: Workgroups): void;
  /** The commands, ready to submit. */
  finish(): GPUCommandBuffer;
}

/** Dispatches see each other's writes without more ado: WebGPU orders them within a pass. */
export function recordPass(device: GPUDevice): Recorder {
  const encoder = device.createCommandEncoder({ label: 'encoder' });
  const pass = encoder.beginComputePass({ label: 'encoder' });
  return {
    dispatch(_step, { pipeline }, group, workgroups) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...workgroups);
    },
    finish() {
      pass.end();
      return encoder.finish();
    },
  };
}
