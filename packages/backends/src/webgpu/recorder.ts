/** Records one call: a single compute pass, dispatch after dispatch. */
import type { Kernel } from './pipelines.ts';
import type { CallShape } from './program.ts';

/** Takes the dispatches of one call, in order. */
export interface Recorder {
  dispatch(kernel: Kernel, group: GPUBindGroup, call: CallShape): void;
  /** The commands, ready to submit. */
  finish(): GPUCommandBuffer;
}

/** Dispatches see each other's writes without more ado: WebGPU orders them within a pass. */
export function recordPass(device: GPUDevice): Recorder {
  const encoder = device.createCommandEncoder({ label: 'encoder' });
  const pass = encoder.beginComputePass({ label: 'encoder' });
  return {
    dispatch({ pipeline, program }, group, call) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...program.workgroups(call));
    },
    finish() {
      pass.end();
      return encoder.finish();
    },
  };
}
