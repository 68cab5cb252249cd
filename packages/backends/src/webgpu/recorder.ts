/** Records the dispatches of one call, in a single compute pass, or, for timing, in one pass each. */
import { GpuError } from './errors.ts';
import type { Kernel } from './pipelines.ts';

/** The number of workgroups along each axis. */
export type Workgroups = readonly [x: number, y: number, z: number];

/** Records the dispatches of one call, in order. */
export interface Recorder {
  /** Records a dispatch. @param step its name in profiles */
  dispatch(step: string, kernel: Kernel, group: GPUBindGroup, workgroups: Workgroups): void;
  /**
   * Returns the commands, ready to submit.
   *
   * @param copies to make after the last dispatch
   */
  finish(copies?: readonly Copy[]): GPUCommandBuffer;
}

/** A copy of the first bytes of one buffer to another. */
export interface Copy {
  readonly from: GPUBuffer;
  readonly to: GPUBuffer;
  readonly bytes: number;
}

/** The total time of all dispatches with the same step. */
export interface StepTime {
  readonly step: string;
  readonly dispatches: number;
  readonly milliseconds: number;
}

/** A recorder that returns the time of each step once its commands have run. */
export interface TimedRecorder extends Recorder {
  times(): Promise<readonly StepTime[]>;
  dispose(): void;
}

/** Starts recording in one pass. Dispatches see each other's writes, because WebGPU orders them within a pass. */
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

/** Maximum number of dispatches in a timed call: each has two timestamps, and a query set has at most 4096. */
const maxDispatches = 2048;

/**
 * Starts recording every dispatch in a pass of its own, between two readings of the GPU's clock.
 *
 * @throws GpuError if the device has no `timestamp-query`
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
