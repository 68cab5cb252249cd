/** The encoder on WebGPU: the weights of all layers are the same buffers, every call is one submit. */
import type {
  AlbertConfig,
  EncodeOptions,
  EncoderExecutor,
  EncoderOutput,
  Precision,
  WeightReader,
} from '@albert-web/core';
import { checkWeights, encoderWeights } from '@albert-web/core';
import { DisposedError, InvalidArgumentError } from '@albert-web/errors';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { BindGroups } from './bind-groups.ts';
import { BufferPool } from './buffers.ts';
import type { DeviceHealth } from './device.ts';
import { healthOf } from './device.ts';
import type { EncoderWeights } from './encoder-weights.ts';
import { uploadWeights } from './encoder-weights.ts';
import { KernelSource } from './kernels.ts';
import { storageOf } from './matmul/weight-storage.ts';
import { recordLayers } from './pass.ts';
import type { CallShape } from './program.ts';
import type { Recorder, StepTime } from './recorder.ts';
import { recordPass, recordTimedPasses } from './recorder.ts';
import { ScratchSpace } from './scratch.ts';
import { contentsOf, emptyTensor, startedBackend, submitRecorded } from './tfjs.ts';

export interface WebgpuExecutorOptions {
  /** Default f32. f16 and q8 are about the weights: sums are always f32. */
  readonly precision?: Precision;
}

/**
 * An encoder on the device of the started tfjs backend `webgpu`, which may be one of ours: see `registerDevice`.
 *
 * @throws BackendUnavailableError, MissingTensorError, TensorShapeError, GpuError
 */
export async function createWebgpuExecutor(
  config: AlbertConfig,
  weights: WeightReader,
  { precision = 'f32' }: WebgpuExecutorOptions = {},
): Promise<WebgpuExecutor> {
  checkWeights(encoderWeights(config), weights);
  const backend = startedBackend();
  const health = healthOf(backend.device);
  health.check();
  const storage = storageOf(precision, backend.device);
  const kernels = new KernelSource(backend.device, config, storage);
  const compiling = health.guard(kernels.for(usualRows));
  // Packing may fail first; nobody would be waiting for the kernels then.
  compiling.catch(() => undefined);
  const pool = new BufferPool(backend.device);
  try {
    const uploaded = uploadWeights(config, weights, storage, pool);
    await compiling;
    return new WebgpuExecutor(config, precision, backend, { health, kernels, weights: uploaded, pool });
  } catch (error) {
    pool.dispose();
    throw error;
  }
}

/**
 * Compiles the kernels that an executor will start with, so that they are ready when its weights arrive: call it as soon
 * as the configuration is known.
 *
 * @throws BackendUnavailableError, GpuError
 */
export async function compileWebgpuKernels(config: AlbertConfig, precision: Precision): Promise<void> {
  const { device } = startedBackend();
  await new KernelSource(device, config, storageOf(precision, device)).for(usualRows);
}

/** A short sentence or two: kernels for so many rows are compiled before the first call. */
const usualRows = 64;

/** What an executor is made of. */
interface Parts {
  readonly health: DeviceHealth;
  readonly kernels: KernelSource;
  readonly weights: EncoderWeights;
  readonly pool: BufferPool;
}

/** See `createWebgpuExecutor`. */
export class WebgpuExecutor implements EncoderExecutor {
  readonly backend = 'webgpu';
  readonly precision: Precision;
  readonly #config: AlbertConfig;
  readonly #backend: WebGPUBackend;
  readonly #parts: Parts;
  readonly #groups: BindGroups;
  readonly #scratch: ScratchSpace;
  readonly #callBuffer: GPUBuffer;
  #disposed = false;

  constructor(config: AlbertConfig, precision: Precision, backend: WebGPUBackend, parts: Parts) {
    this.precision = precision;
    this.#config = config;
    this.#backend = backend;
    this.#parts = parts;
    this.#groups = new BindGroups(backend.device);
    this.#scratch = new ScratchSpace(config, parts.pool, backend.device.limits);
    this.#callBuffer = parts.pool.uniform('call', new Uint32Array(2));
  }

  get memoryBytes(): number {
    return this.#parts.pool.bytes;
  }

  /**
   * Compiles the kernels for calls of up to so many rows (sequences times length), ahead of the first of them.
   *
   * @throws GpuError
   */
  async prepare(rows: number): Promise<void> {
    await this.#parts.kernels.for(rows);
  }

  /**
   * Finds out which tiles are fastest on this GPU for calls of about so many rows. The first calls of a size do it by
   * themselves, in the background and not on emulated GPUs; a benchmark awaits it.
   *
   * @throws GpuError
   */
  async tune(rows: number): Promise<void> {
    await this.#parts.kernels.tune(rows);
  }

  /**
   * Submits the whole pass and returns at once; the tensors' `data()` waits for the GPU. An aborted signal is seen
   * before the pass is submitted, not within it.
   *
   * @throws DeviceLostError, GpuError, BatchTooLargeError, InvalidArgumentError, DisposedError, or the signal's reason
   */
  encode(embedded: Tensor3D, mask: Tensor2D, options: EncodeOptions = {}): Promise<EncoderOutput> {
    return this.#submit(embedded, mask, options, () => recordPass(this.#backend.device));
  }

  /**
   * One pass with the GPU's clock read before and after every dispatch: where the time goes, step by step. Takes longer
   * than `encode`, since nothing overlaps. Browsers round the clock (Chrome to 0.1 ms): sum several passes.
   *
   * @throws GpuError where the device has no `timestamp-query`, and what `encode` throws.
   */
  async profile(embedded: Tensor3D, mask: Tensor2D): Promise<readonly StepTime[]> {
    const recorder = recordTimedPasses(this.#backend.device);
    try {
      const { hidden } = await this.#submit(embedded, mask, {}, () => recorder);
      hidden.dispose();
      return await this.#parts.health.guard(recorder.times());
    } finally {
      recorder.dispose();
    }
  }

  async #submit(
    embedded: Tensor3D,
    mask: Tensor2D,
    options: EncodeOptions,
    startRecording: () => Recorder,
  ): Promise<EncoderOutput> {
    const { depth = this.#config.num_hidden_layers, hiddenStates = false, signal } = options;
    const call = this.#shapeOf(embedded, mask, depth);
    const kernels = await this.#parts.health.guard(this.#parts.kernels.for(call.rows));
    this.#assertUsable();
    signal?.throwIfAborted();

    // From here to the submit nothing waits, so that calls do not meet in the scratch buffers.
    const { device } = this.#backend;
    const scratch = this.#scratch.for(call.rows);
    const inputs = {
      embedded: this.#inputBuffer(embedded, scratch.embedded),
      mask: this.#inputBuffer(mask, scratch.mask),
    };
    submitRecorded(this.#backend);
    device.queue.writeBuffer(this.#callBuffer, 0, new Uint32Array([call.rows, call.length]));
    const outputs = this.#outputs(call, hiddenStates ? depth + 1 : 0);
    const machinery = {
      groups: this.#groups,
      weights: this.#parts.weights,
      kernels,
      scratch,
      callBuffer: this.#callBuffer,
      heads: this.#config.num_attention_heads,
    };
    const buffers = {
      ...inputs,
      hidden: outputs.hidden.buffer,
      hiddenStates: outputs.hiddenStates.map(({ buffer }) => buffer),
    };
    const recorder = startRecording();
    recordLayers(machinery, recorder, call, buffers, depth);
    device.queue.submit([recorder.finish()]);
    this.#parts.kernels.tuneInBackground(call.rows);
    return {
      hidden: outputs.hidden.tensor,
      ...(hiddenStates && { hiddenStates: outputs.hiddenStates.map(({ tensor }) => tensor) }),
    };
  }

  dispose(): void {
    this.#disposed = true;
    this.#parts.pool.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #shapeOf(embedded: Tensor3D, mask: Tensor2D, depth: number): CallShape {
    this.#assertUsable();
    const [batch, length, width] = embedded.shape;
    const { embedding_size: embedding, num_hidden_layers: layers } = this.#config;
    if (width !== embedding || mask.shape[0] !== batch || mask.shape[1] !== length || batch * length === 0) {
      throw new InvalidArgumentError({
        problem: `embedded has shape [${embedded.shape.join(', ')}] and mask [${mask.shape.join(', ')}]`,
        expected: `Expected [batch, length, ${embedding}] and [batch, length], neither empty`,
        remedy: 'Pass what the embeddings of the same model give',
      });
    }
    if (!Number.isInteger(depth) || depth < 0 || depth > layers) {
      throw new InvalidArgumentError({
        problem: `depth is ${depth}`,
        expected: `Expected a whole number from 0 to ${layers}`,
        remedy: 'Leave depth out to run all layers',
      });
    }
    return { batch, length, rows: batch * length };
  }

  /** The buffer of a tensor that is on the GPU; values that are not yet go straight into ours, with no copy between. */
  #inputBuffer(tensor: Tensor, ours: GPUBuffer): GPUBuffer {
    const contents = contentsOf(this.#backend, tensor);
    if ('buffer' in contents) return contents.buffer;
    this.#backend.queue.writeBuffer(ours, 0, contents.values);
    return ours;
  }

  #outputs({ batch, length }: CallShape, states: number) {
    const make = () => emptyTensor(this.#backend, [batch, length, this.#config.hidden_size]);
    return { hidden: make(), hiddenStates: Array.from({ length: states }, make) };
  }

  #assertUsable(): void {
    if (this.#disposed) throw new DisposedError('the executor');
    this.#parts.health.check();
  }
}
