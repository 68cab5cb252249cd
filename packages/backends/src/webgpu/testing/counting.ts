/** Counts the commands sent to a GPU, by wrapping the device. */

/** Totals since `startCounting`. */
export interface GpuCounts {
  dispatches: number;
  passes: number;
  submits: number;
  /** Writes from the CPU, and their bytes. */
  writes: number;
  bytesWritten: number;
  buffersCreated: number;
  /** Bytes of buffers that have been created and not destroyed. */
  bytesAlive: number;
  bindGroupsCreated: number;
  pipelinesCreated: number;
  /** Bytes of the buffers that dispatches had bound for writing: an upper bound of what they have written. */
  bytesWritable: number;
}

/** Starts counting, for the life of the device. Tests only. */
export function startCounting(device: GPUDevice): GpuCounts {
  const counts: GpuCounts = {
    dispatches: 0,
    passes: 0,
    submits: 0,
    writes: 0,
    bytesWritten: 0,
    buffersCreated: 0,
    bytesAlive: 0,
    bindGroupsCreated: 0,
    pipelinesCreated: 0,
    bytesWritable: 0,
  };
  after(device, 'createBuffer', (buffer) => {
    counts.buffersCreated++;
    counts.bytesAlive += buffer.size;
    let alive = true;
    after(buffer, 'destroy', () => {
      if (alive) counts.bytesAlive -= buffer.size;
      alive = false;
    });
  });
  const writableBindings = new WeakMap<GPUBindGroupLayout, readonly number[]>();
  const writableBytes = new WeakMap<GPUBindGroup, number>();
  after(device, 'createBindGroupLayout', (layout, { entries }) => {
    const written = [...entries].filter(({ buffer }) => buffer?.type === 'storage');
    writableBindings.set(
      layout,
      written.map(({ binding }) => binding),
    );
  });
  after(device, 'createBindGroup', (group, { layout, entries }) => {
    counts.bindGroupsCreated++;
    const written = [...entries].filter(({ binding }) => writableBindings.get(layout)?.includes(binding));
    writableBytes.set(
      group,
      written.reduce((sum, { resource }) => sum + (resource as GPUBufferBinding).buffer.size, 0),
    );
  });
  after(device, 'createComputePipeline', () => counts.pipelinesCreated++);
  after(device, 'createComputePipelineAsync', () => counts.pipelinesCreated++);
  after(device.queue, 'submit', () => counts.submits++);
  after(device.queue, 'writeBuffer', (_result, _buffer, _offset, data) => {
    counts.writes++;
    counts.bytesWritten += (data as ArrayBufferView).byteLength;
  });
  after(device, 'createCommandEncoder', (encoder) =>
    after(encoder, 'beginComputePass', (pass) => {
      counts.passes++;
      let bound = 0;
      after(pass, 'setBindGroup', (_result, _index, group) => (bound = writableBytes.get(group as GPUBindGroup) ?? 0));
      after(pass, 'dispatchWorkgroups', () => {
        counts.dispatches++;
        counts.bytesWritable += bound;
      });
    }),
  );
  return counts;
}

/** Returns the difference between two readings. */
export function difference(before: GpuCounts, now: GpuCounts): GpuCounts {
  const names = Object.keys(now) as (keyof GpuCounts)[];
  return Object.fromEntries(names.map((name) => [name, now[name] - before[name]])) as unknown as GpuCounts;
}

/** Calls `then` with the result and the arguments after every call of a method. */
function after<T extends object, M extends keyof T>(
  target: T,
  method: M,
  then: T[M] extends (...args: infer A) => infer R ? (result: R, ...args: A) => void : never,
): void {
  const original = (target[method] as (...args: unknown[]) => unknown).bind(target);
  const wrapped = (...args: unknown[]): unknown => {
    const result = original(...args);
    (then as (...all: unknown[]) => void)(result, ...args);
    return result;
  };
  Object.defineProperty(target, method, { value: wrapped, configurable: true });
}
