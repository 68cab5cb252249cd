/** What all calls of one executor share: the device, the weights on it, and the scratch buffers of a pass. */
import type { AlbertConfig, EncodeOptions, PrecisionOf } from '@albert-web/core';
import { DisposedError } from '@albert-web/errors';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { BindGroups } from './bind-groups.ts';
import type { BufferPool } from './buffers.ts';
import type { DeviceHealth } from './device.ts';
import type { EncoderWeights } from './encoder-weights.ts';
import type { KernelSource } from './kernels.ts';
import type { Machinery, Scope } from './pass.ts';
import type { CallShape } from './program.ts';
import { ScratchSpace } from './scratch.ts';

/** The parts of an engine. */
export interface EngineParts {
  readonly config: AlbertConfig;
  readonly precision: PrecisionOf<'webgpu'>;
  readonly backend: WebGPUBackend;
  readonly health: DeviceHealth;
  readonly kernels: KernelSource;
  readonly weights: EncoderWeights;
  readonly pool: BufferPool;
}

/** A call whose kernels are compiled, to pass to `Engine.begin`. */
export interface ReadyCall {
  readonly every: ReadyRows;
  readonly last: ReadyRows;
}

type ReadyRows = Omit<Scope, 'buffer'>;

/** Prepares calls. A call first waits for its kernels. From `begin` to its submit, it must be synchronous. */
export class Engine {
  readonly parts: EngineParts;
  readonly #groups: BindGroups;
  readonly #scratch: ScratchSpace;
  readonly #everyBuffer: GPUBuffer;
  readonly #lastBuffer: GPUBuffer;
  #disposed = false;

  constructor(parts: EngineParts) {
    const { backend, config, pool } = parts;
    this.parts = parts;
    this.#groups = new BindGroups(backend.device);
    this.#scratch = new ScratchSpace(config, pool, backend.device.limits);
    this.#everyBuffer = pool.uniform('call', new Uint32Array(3));
    this.#lastBuffer = pool.uniform('call, last layer', new Uint32Array(3));
  }

  get device(): GPUDevice {
    return this.parts.backend.device;
  }

  /** Waits for the kernels of a call. @throws GpuError, DeviceLostError, DisposedError, or the signal's reason */
  async ready(
    batch: number,
    length: number,
    rows: NonNullable<EncodeOptions['rows']>,
    signal: AbortSignal | undefined,
  ): Promise<ReadyCall> {
    this.assertUsable();
    const every: CallShape = { batch, length, rows: batch * length, stride: 1 };
    const last: CallShape = rows === 'first' ? { ...every, rows: batch, stride: length } : every;
    const { health, kernels } = this.parts;
    const kernelsFor = Promise.all([kernels.for(every.rows), kernels.for(last.rows)]);
    const [everyKernels, lastKernels] = await health.guard(kernelsFor);
    this.assertUsable();
    signal?.throwIfAborted();
    return { every: { call: every, kernels: everyKernels }, last: { call: last, kernels: lastKernels } };
  }

  /** Reserves the scratch buffers for a call until it is submitted. @throws BatchTooLargeError */
  begin(ready: ReadyCall): Machinery {
    const { weights, config } = this.parts;
    const scratch = this.#scratch.for(ready.every.call.rows);
    const every = this.#scope(ready.every, this.#everyBuffer);
    const last = ready.last.call === ready.every.call ? every : this.#scope(ready.last, this.#lastBuffer);
    return { groups: this.#groups, weights, scratch, heads: config.num_attention_heads, every, last };
  }

  /** @throws DisposedError, DeviceLostError, GpuError */
  assertUsable(): void {
    if (this.#disposed) throw new DisposedError('the executor');
    this.parts.health.check();
  }

  dispose(): void {
    this.#disposed = true;
    this.parts.pool.dispose();
  }

  #scope(rows: ReadyRows, buffer: GPUBuffer): Scope {
    const { rows: count, length, stride } = rows.call;
    this.device.queue.writeBuffer(buffer, 0, new Uint32Array([count, length, stride]));
    return { ...rows, buffer };
  }
}
