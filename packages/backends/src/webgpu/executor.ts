/** The encoder on WebGPU: layers that share weights share buffers, and every call is one submit. */
import type {
  AlbertConfig,
  ComposedExecutor,
  EncodeOptions,
  EncoderExecutor,
  EncoderOutput,
  Head,
  LinearChain,
  LogitsPass,
  PrecisionOf,
  StoredFormat,
  WeightReader,
} from '@albert-web/core';
import { checkWeights, composeExecutor, encoderWeights, readEncodeOptions, TfjsBackend } from '@albert-web/core';
import { InvalidArgumentError } from '@albert-web/errors';
import * as tf from '@tensorflow/tfjs-core';
import { BufferPool } from './buffers.ts';
import type { ModelToRun } from '../driver.ts';
import { healthOf, type DeviceHealth } from './device.ts';
import { matrixStorages, storedInInt4 } from './encoder-matrices.ts';
import { uploadWeights } from './encoder-weights.ts';
import { Engine } from './engine.ts';
import { KernelSource } from './kernels.ts';
import { compileHead, createLogitsPass, headOnGpu } from './logits.ts';
import { gpuPrecisions, type WeightStorage } from './matmul/weight-storage.ts';
import type { Rows } from './pass.ts';
import { Pass } from './pass.ts';
import type { Recorder, StepTime } from './recorder.ts';
import { recordPass, recordTimedPasses } from './recorder.ts';
import { vectorsOf } from './sizes.ts';
import { contentsOf, emptyTensor, startedBackend, submitRecorded } from './tfjs.ts';

export interface WebgpuExecutorOptions {
  /** Default f32. f16 and q8 affect only the weights and products: sums are always f32. */
  readonly precision?: PrecisionOf<'webgpu'>;
}

/**
 * Creates an encoder on the device of the started tfjs backend `webgpu`: see `registerDevice`.
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
  const storages = matrixStorages(config, storedInInt4(weights), (storedAs) =>
    gpuPrecisions[precision].weights(backend.device, storedAs),
  );
  const kernels = new KernelSource(backend.device, config, storages);
  const compiling = health.guard(Promise.all(commonRows.map((rows) => kernels.for(rows))));
  // Packing may fail first, and then nothing awaits the kernels.
  compiling.catch(() => undefined);
  const pool = new BufferPool(backend.device);
  try {
    const uploaded = uploadWeights(config, weights, storages, pool);
    await compiling;
    return new WebgpuExecutor(new Engine({ config, precision, backend, health, kernels, weights: uploaded, pool }));
  } catch (error) {
    pool.dispose();
    throw error;
  }
}

/**
 * Creates a whole model on the device of the started tfjs backend `webgpu`.
 *
 * @throws what `createWebgpuExecutor` and `composeWebgpu` throw
 */
export async function createWebgpuModel(
  model: Omit<ModelToRun, 'precision'>,
  precision: PrecisionOf<'webgpu'>,
): Promise<ComposedExecutor> {
  return composeWebgpu(await createWebgpuExecutor(model.config, model.weights, { precision }), model);
}

/**
 * Creates a model around an encoder, which it then owns. If the head is linear, it computes logits from token ids in one
 * submission.
 *
 * @throws MissingTensorError, TensorShapeError, NonFiniteWeightError
 */
export function composeWebgpu(
  encoder: WebgpuExecutor,
  { config, head, weights }: Omit<ModelToRun, 'precision'>,
): ComposedExecutor {
  const linear = headOnGpu(head);
  try {
    const logits = linear && encoder.withHead(linear, weights);
    return composeExecutor(config, head, weights, encoder, { guard: encoder.guard, logits });
  } catch (error) {
    encoder.dispose();
    throw error;
  }
}

/**
 * Compiles the kernels that an executor needs first, so that they are ready when its weights arrive. Call it as soon as the
 * configuration is known.
 *
 * @param storedAs how most weights are stored
 * @throws BackendUnavailableError, GpuError
 */
export async function compileWebgpuKernels(
  config: AlbertConfig,
  head: Head,
  precision: PrecisionOf<'webgpu'>,
  storedAs: StoredFormat,
): Promise<void> {
  const { device } = startedBackend();
  const keep = (format: StoredFormat): WeightStorage => gpuPrecisions[precision].weights(device, format);
  const kernels = new KernelSource(
    device,
    config,
    matrixStorages(config, () => storedAs === 'q4', keep),
  );
  await Promise.all([
    ...commonRows.map((rows) => kernels.for(rows)),
    compileHead(device, config, head, { precision, storedAs }),
  ]);
}

/** Numbers of rows whose kernels are compiled before the first call: one or two short sentences, and their first tokens. */
const commonRows = [64, 32, 1];

/** See `createWebgpuExecutor`. */
export class WebgpuExecutor implements EncoderExecutor {
  readonly backend = 'webgpu';
  readonly precision: PrecisionOf<'webgpu'>;
  readonly #engine: Engine;
  readonly #tfjs = new TfjsBackend('webgpu');

  constructor(engine: Engine) {
    this.precision = engine.parts.precision;
    this.#engine = engine;
  }

  get memoryBytes(): number {
    return this.#engine.parts.pool.bytes;
  }

  /**
   * Compiles the kernels for calls of up to `rows` rows (sequences times length), ahead of the first such call.
   *
   * @throws GpuError
   */
  async prepare(rows: number): Promise<void> {
    await this.#engine.parts.kernels.for(rows);
  }

  /**
   * Finds the tiles that are fastest on this GPU for calls of about `rows` rows. The first call of a size starts this in the
   * background, except on emulated GPUs; a benchmark awaits it.
   *
   * @throws GpuError
   */
  async tune(rows: number): Promise<void> {
    await this.#engine.parts.kernels.tune(rows);
  }

  /**
   * Submits the whole pass and returns at once; the tensors' `data()` waits for the GPU. The signal is checked only before the
   * pass is submitted.
   *
   * @throws DeviceLostError, GpuError, BatchTooLargeError, InvalidArgumentError, DisposedError, or the signal's reason
   */
  encode(embedded: tf.Tensor3D, mask: tf.Tensor2D, options: EncodeOptions = {}): Promise<EncoderOutput> {
    return this.#submit(embedded, mask, options, () => recordPass(this.#engine.device));
  }

  /** Waits for work on the device: see `DeviceHealth`. */
  get guard(): DeviceHealth['guard'] {
    return this.#engine.parts.health.guard;
  }

  /**
   * Returns a pass that computes logits from token ids in one submission and reads back only the logits. It lives as long as the
   * executor, and its buffers count in `memoryBytes`.
   *
   * @throws MissingTensorError, TensorShapeError, NonFiniteWeightError
   */
  withHead(head: LinearChain, weights: WeightReader): LogitsPass {
    this.#engine.assertUsable();
    return createLogitsPass(this.#engine, head, weights);
  }

  /** Whether the device has a clock for `profile`. */
  get hasClock(): boolean {
    return this.#engine.device.features.has('timestamp-query');
  }

  /**
   * Runs one pass and reads the GPU's clock before and after every dispatch, to show how long each step takes. It takes longer
   * than `encode`, because nothing overlaps. Browsers round the clock (Chrome to 0.1 ms), so sum over several passes.
   *
   * @throws GpuError if the device has no `timestamp-query`, and what `encode` throws
   */
  async profile(embedded: tf.Tensor3D, mask: tf.Tensor2D): Promise<readonly StepTime[]> {
    const recorder = recordTimedPasses(this.#engine.device);
    try {
      const { hidden } = await this.#submit(embedded, mask, {}, () => recorder);
      hidden.dispose();
      return await this.#engine.parts.health.guard(recorder.times());
    } finally {
      recorder.dispose();
    }
  }

  async #submit(
    embedded: tf.Tensor3D,
    mask: tf.Tensor2D,
    { signal, ...options }: EncodeOptions,
    startRecording: () => Recorder,
  ): Promise<EncoderOutput> {
    const { backend, kernels, config } = this.#engine.parts;
    this.#engine.assertUsable();
    const { depth, from, rows, hiddenStates } = readEncodeOptions(config, options);
    checkShapes(embedded, mask, from > 0 ? config.hidden_size : config.embedding_size);
    const [batch, length] = embedded.shape;
    const ready = await this.#engine.ready(batch, length, rows, signal);

    const machinery = this.#engine.begin(ready);
    const { scratch } = machinery;
    const entering = from > 0 ? this.#tfjs.run(() => wholeVectors(embedded)) : embedded;
    const input = this.#inputBuffer(entering, from > 0 ? scratch.hidden : scratch.embedded);
    const maskBuffer = this.#inputBuffer(mask, scratch.tokens);
    submitRecorded(backend);
    const recorder = startRecording();
    const pass = new Pass(machinery, recorder);
    const write = (states: Rows): tf.Tensor3D => {
      const output = emptyTensor(backend, [batch, rows === 'first' ? 1 : length, config.hidden_size]);
      pass.write(states, output.buffer);
      return output.tensor;
    };
    const states: tf.Tensor3D[] = [];
    const first: Rows = from > 0 ? { values: input } : pass.map(input);
    const encoded = pass.layers(first, maskBuffer, {
      from,
      depth,
      ...(hiddenStates && { onLayer: (layer: Rows) => states.push(write(layer)) }),
    });
    const hidden = write(encoded);
    backend.device.queue.submit([recorder.finish()]);
    if (entering !== embedded) entering.dispose();
    kernels.tuneInBackground(ready.every.call.rows);
    return { hidden, ...(hiddenStates && { hiddenStates: states }) };
  }

  dispose(): void {
    this.#engine.dispose();
  }

  /** The same as {@link dispose}, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Returns the buffer of a tensor that is on the GPU. Values still on the CPU are written directly to `ours`. */
  #inputBuffer(tensor: tf.Tensor, ours: GPUBuffer): GPUBuffer {
    const { backend } = this.#engine.parts;
    const contents = contentsOf(backend, tensor);
    if ('buffer' in contents) return contents.buffer;
    backend.queue.writeBuffer(ours, 0, contents.values);
    return ours;
  }
}

function checkShapes(embedded: tf.Tensor3D, mask: tf.Tensor2D, expected: number): void {
  const [batch, length, width] = embedded.shape;
  if (width === expected && mask.shape[0] === batch && mask.shape[1] === length && batch * length > 0) return;
  throw new InvalidArgumentError({
    problem: `embedded has shape [${embedded.shape.join(', ')}] and mask [${mask.shape.join(', ')}]`,
    expected: `Expected [batch, length, ${expected}] and [batch, length], neither empty`,
    remedy: 'Pass what the embeddings of the same model give, or with "from" its hidden states',
  });
}

/** Pads hidden states with zeros to whole vectors, as kernels read them. Most models need no padding. */
function wholeVectors(hidden: tf.Tensor3D): tf.Tensor3D {
  const [, , width] = hidden.shape;
  const missing = 4 * vectorsOf(width) - width;
  return missing === 0 ? hidden : tf.pad(hidden, [[0, 0], [0, 0], [0, missing]]); // prettier-ignore
}
