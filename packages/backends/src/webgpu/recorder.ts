/** Records one call: a single compute pass, dispatch after dispatch; or, to be timed, a pass for each. */
import { GpuError } from './errors.ts';
import type { Kernel } from './pipelines.ts';

/** How many workgroups run, along each axis. */
export type Workgroups = readonly [x: number, y: number, z: number];

/** Takes the dispatches of one call, in order. */
export interface Recorder {
  /** @param step what the dispatch is for, as profiles name it. */
  dispatch(step: string, kernel: Kernel, group: GPUBindGroup, workgroups: Workgroups): void;
  /**
   * The commands, ready to submit.
   *
   * @param copies made after the last dispatch.
   */
  finish(copies?: readonly Copy[]): GPUCommandBuffer;
}

/** The first bytes of one buffer into another. */
export interface Copy {
  readonly from: GPUBuffer;
  readonly to: GPUBuffer;
  readonly bytes: number;
}

/** What the steps of one name took together. */
export interface StepTime {
  readonly step: string;
  readonly dispatches: number;
  readonly milliseconds: number;
}

/** A recorder that can tell, once its commands have run, what each step took. */
export interface TimedRecorder extends Recorder {
  times(): Promise<readonly StepTime[]>;
  dispose(): void;
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
    finish(copies = []) {
      pass.end();
      for (const { from, to, bytes } of copies) encoder.copyBufferToBuffer(from, 0, to, 0, bytes);
      return encoder.finish();
    },
  };
}

/** Dispatches that one timed call may have: two timestamps each, and a query set holds 4096. */
const maxDispatches = 2048;

/**
 * Every dispatch in a pass of its own, between two readings of the GPU's clock.
 *
 * @throws GpuError where the device cannot tell the time.
 */
export function recordTimedPasses(device: GPUDevice): TimedRecorder {
  if (!device.features.has('timestamp-query')) {
    throw new GpuError({
      problem: 'This device has no "timestamp-query"',
      remedy: 'Profile on a device from requestDevice(), in a browser whose adapter has the feature',
    });
  }
  const encoder = device.createCommandEncoder({ label: 'timed encoder' });
  const querySet = device.createQuerySet({ type: 'timestamp', count: 2 * maxDispatches });
  // WebGPU's usage flags by value: QUERY_RESOLVE | COPY_SRC, then MAP_READ | COPY_DST.
  const resolved = device.createBuffer({ size: 16 * maxDispatches, usage: 0x200 | 0x4 });
  const readable = device.createBuffer({ size: 16 * maxDispatches, usage: 0x1 | 0x8 });
  const steps: string[] = [];
  return {
    dispatch(step, { pipeline }, group, workgroups) {
      const first = 2 * steps.length;
      steps.push(step);
      const timestampWrites = { querySet, beginningOfPassWriteIndex: first, endOfPassWriteIndex: first + 1 };
      const pass = encoder.beginComputePass({ label: step, timestampWrites });
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...workgroups);
      pass.end();
    },
    finish(copies = []) {
      for (const { from, to, bytes } of copies) encoder.copyBufferToBuffer(from, 0, to, 0, bytes);
      encoder.resolveQuerySet(querySet, 0, 2 * steps.length, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, readable, 0, 16 * steps.length);
      return encoder.finish();
    },
    async times() {
      const mapRead = 1;
      await readable.mapAsync(mapRead);
      const clock = new BigInt64Array(readable.getMappedRange(0, 16 * steps.length));
      return sumBySteps(steps, (index) => Number((clock[2 * index + 1] ?? 0n) - (clock[2 * index] ?? 0n)) / 1e6);
    },
    dispose() {
      for (const resource of [querySet, resolved, readable]) resource.destroy();
    },
  };
}

function sumBySteps(steps: readonly string[], milliseconds: (index: number) => number): StepTime[] {
  const sums = new Map<string, StepTime>();
  steps.forEach((step, index) => {
    const { dispatches, milliseconds: soFar } = sums.get(step) ?? { dispatches: 0, milliseconds: 0 };
    sums.set(step, { step, dispatches: dispatches + 1, milliseconds: soFar + milliseconds(index) });
  });
  return [...sums.values()];
}
