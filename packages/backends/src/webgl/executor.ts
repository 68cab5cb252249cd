/** The encoder on WebGL 2: eleven draws per layer, no shader compiled after creation, and activations never leave the GPU. */
import type { AlbertConfig, EncodeOptions, EncoderExecutor, EncoderOutput, WeightReader } from '@albert-web/core';
import { headSize, readEncodeOptions } from '@albert-web/core';
import { DisposedError, InvalidArgumentError } from '@albert-web/errors';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { dispose as disposeTensors } from '@tensorflow/tfjs-core';
import { compileAttention } from './attention/program.ts';
import type { TexelFormat, WebglDevice } from './device.ts';
import { assertContext, openDevice } from './device.ts';
import { compileLayerNorm, statisticsWidth } from './layer-norm/program.ts';
import { compileLinear } from './linear/program.ts';
import type { LayeredTexture, Panels } from './panels.ts';
import { texelsOf } from './panels.ts';
import { compileReadTensor } from './read-tensor/program.ts';
import { openTensor } from './read-tensor/source.ts';
import { createScratch } from './scratch.ts';
import type { Scratch } from './scratch.ts';
import type { EncoderWeights, LayerWeights } from './weights.ts';
import { uploadWeights } from './weights.ts';
import { compileWriteTensor, makeTensor } from './write-tensor/program.ts';

export interface WebglExecutorOptions {
  /**
   * The format in which weights and activations are stored; arithmetic has 32 bits. Default `f32`, which becomes `f16` on GPUs
   * that cannot render to 32-bit textures: see the executor's `precision`.
   */
  readonly precision?: TexelFormat;
}

/**
 * Creates an executor on tfjs's backend `webgl`. It shares the context, so its outputs are tfjs tensors.
 *
 * @throws WebglUnsupportedError, WebglShaderError, WebglContextLostError, MissingTensorError, TensorShapeError,
 * NonFiniteWeightError
 */
export async function createWebglExecutor(
  config: AlbertConfig,
  weights: WeightReader,
  options: WebglExecutorOptions = {},
): Promise<EncoderExecutor> {
  const device = openDevice(options.precision ?? 'f32');
  const programs = await compilePrograms(device, config);
  return new WebglExecutor(device, config, programs, uploadWeights(device, config, weights));
}

/**
 * Scores stored at a time, in texels of one layer: 32 MiB for 8 layers of f32. Attention processes larger batches in parts, to
 * limit memory.
 */
const maxScoreTexels = 2 ** 18;

type Programs = Awaited<ReturnType<typeof compilePrograms>>;

async function compilePrograms(device: WebglDevice, config: AlbertConfig) {
  const size = headSize(config);
  const { num_attention_heads: heads, hidden_size, layer_norm_eps, hidden_act } = config;
  const [embedded, mask, map, activate, addResidual, attention, layerNorm, write] = await Promise.all([
    compileReadTensor(device, 'embedded'),
    compileReadTensor(device, 'mask'),
    compileLinear(device, 'none'),
    compileLinear(device, hidden_act),
    compileLinear(device, 'residual'),
    compileAttention(device, { heads, headSize: size, headTexels: texelsOf(size) }),
    compileLayerNorm(device, hidden_size, layer_norm_eps),
    compileWriteTensor(device),
  ]);
  return { embedded, mask, map, activate, addResidual, ...attention, ...layerNorm, write };
}

/** The sizes of one call. */
interface Batch {
  readonly batch: number;
  readonly length: number;
  readonly panelsPerSequence: number;
  readonly panels: number;
  readonly keyTexels: number;
}

/** Returns the sizes of only the first panel of every sequence. */
function firstPanels(batch: Batch): Batch {
  return { ...batch, panelsPerSequence: 1, panels: batch.batch };
}

class WebglExecutor implements EncoderExecutor {
  readonly backend = 'webgl';
  readonly #device: WebglDevice;
  readonly #config: AlbertConfig;
  readonly #programs: Programs;
  readonly #weights: EncoderWeights;
  readonly #scratch: Scratch;
  #disposed = false;

  constructor(device: WebglDevice, config: AlbertConfig, programs: Programs, weights: EncoderWeights) {
    this.#device = device;
    this.#config = config;
    this.#programs = programs;
    this.#weights = weights;
    this.#scratch = createScratch(device);
  }

  get precision(): TexelFormat {
    return this.#device.format;
  }

  get memoryBytes(): number {
    return this.#disposed ? 0 : this.#weights.bytes + this.#scratch.bytes;
  }

  /** Draws are queued all at once, so a signal is checked only before the first of them. */
  async encode(embedded: Tensor3D, mask: Tensor2D, options: EncodeOptions = {}): Promise<EncoderOutput> {
    if (this.#disposed) throw new DisposedError('the encoder');
    options.signal?.throwIfAborted();
    assertContext(this.#device);
    const { depth, from, rows, hiddenStates } = readEncodeOptions(this.#config, options);
    const batch = this.#measure(embedded, mask, from > 0 ? this.#config.hidden_size : this.#config.embedding_size);
    const made: Tensor3D[] = [];
    const write = (hidden: Panels, from: Batch, length: number): Tensor3D => {
      const tensor = this.#write(hidden, from, length);
      made.push(tensor);
      return tensor;
    };
    try {
      this.#read('mask', mask, 1, batch.batch, batch.length);
      let hidden =
        from > 0
          ? this.#read('hidden', embedded, batch.batch, batch.length, this.#config.hidden_size)
          : this.#map(embedded, batch);
      let left = batch;
      const states = hiddenStates ? [write(hidden, batch, batch.length)] : [];
      const layers = this.#weights.layers.slice(from, depth);
      for (const [index, innerLayers] of layers.entries()) {
        for (const [inner, layer] of innerLayers.entries()) {
          const last = index === layers.length - 1 && inner === innerLayers.length - 1;
          left = last && rows === 'first' ? firstPanels(batch) : batch;
          hidden = this.#layer(layer, hidden, batch, left);
        }
        if (hiddenStates) states.push(write(hidden, batch, batch.length));
      }
      const output = write(hidden, left, rows === 'first' ? 1 : batch.length);
      assertContext(this.#device);
      return { hidden: output, ...(hiddenStates && { hiddenStates: states }) };
    } catch (error) {
      disposeTensors(made);
      throw error;
    }
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#weights.dispose();
    this.#scratch.dispose();
  }

  #measure(embedded: Tensor3D, mask: Tensor2D, expected: number): Batch {
    const [batch, length, width] = embedded.shape;
    if (width !== expected || mask.shape[0] !== batch || mask.shape[1] !== length) {
      throw new InvalidArgumentError({
        problem: `The encoder was given embeddings [${embedded.shape.join(', ')}] and a mask [${mask.shape.join(', ')}]`,
        expected: `Expected [batch, length, ${expected}] and [batch, length]`,
        remedy: 'Pad the rows of a batch to one length, and embed them with this model',
      });
    }
    const panelsPerSequence = Math.ceil(length / this.#device.rowsPerPanel);
    return { batch, length, panelsPerSequence, panels: batch * panelsPerSequence, keyTexels: texelsOf(length) };
  }

  /** Reads `batch` matrices `[rows, columns]` of a tfjs tensor. */
  #read(
    role: 'embedded' | 'hidden' | 'mask',
    tensor: Tensor2D | Tensor3D,
    batch: number,
    rows: number,
    columns: number,
  ): Panels {
    const panelsPerSequence = Math.ceil(rows / this.#device.rowsPerPanel);
    const target = this.#target(role, texelsOf(columns), batch * panelsPerSequence);
    const source = openTensor(this.#device, tensor);
    const program = role === 'mask' ? this.#programs.mask : this.#programs.embedded;
    program.run({ source: source.texture }, { rows, columns, panelsPerSequence, ...source.layout }, target);
    source.release();
    return target;
  }

  #map(embedded: Tensor3D, batch: Batch): Panels {
    const { embedding_size, hidden_size } = this.#config;
    const x = this.#read('embedded', embedded, batch.batch, batch.length, embedding_size);
    const output = this.#target('hidden', texelsOf(hidden_size), batch.panels);
    this.#programs.map.run(
      { x: x.texture, weight: this.#weights.mapping.texture },
      { innerTexels: texelsOf(embedding_size), panelStride: 1 },
      output,
    );
    return output;
  }

  /**
   * Runs one layer: attention, then feed-forward, each added to its input and normalized after. After attention, which is a small
   * part of a layer, only the panels in `left` continue.
   */
  #layer(weights: LayerWeights, hidden: Panels, batch: Batch, left: Batch): Panels {
    const { activate, addResidual } = this.#programs;
    const { panels } = left;
    const hiddenTexels = texelsOf(this.#config.hidden_size);
    const innerTexels = texelsOf(this.#config.intermediate_size);
    const sum = this.#target('sum', hiddenTexels, panels);

    const context = this.#attend(weights, hidden, batch);
    addResidual.run(
      { x: context.texture, weight: weights.attentionOutput.texture, residual: hidden.texture },
      { innerTexels: this.#contextTexels, panelStride: batch.panelsPerSequence / left.panelsPerSequence },
      sum,
    );
    const attended = this.#normalize('attended', sum, weights.attentionNorm, panels);

    const inner = this.#target('inner', innerTexels, panels);
    activate.run(
      { x: attended.texture, weight: weights.ffn.texture },
      { innerTexels: hiddenTexels, panelStride: 1 },
      inner,
    );
    addResidual.run(
      { x: inner.texture, weight: weights.ffnOutput.texture, residual: attended.texture },
      { innerTexels, panelStride: 1 },
      sum,
    );
    return this.#normalize('hidden', sum, weights.outputNorm, panels);
  }

  #attend(weights: LayerWeights, hidden: Panels, batch: Batch): Panels {
    const { map, scores, rowSums, context } = this.#programs;
    const heads = this.#config.num_attention_heads;
    const { panelsPerSequence, panels, keyTexels } = batch;
    const qkv = this.#target('qkv', 3 * this.#contextTexels, panels);
    map.run(
      { x: hidden.texture, weight: weights.queryKeyValue.texture },
      { innerTexels: texelsOf(this.#config.hidden_size), panelStride: 1 },
      qkv,
    );
    const mask = this.#scratch.panels('mask', 1, 1);
    const output = this.#target('context', this.#contextTexels, panels);
    const scoreWidth = heads * keyTexels;
    const sequences = Math.max(1, Math.floor(maxScoreTexels / (scoreWidth * panelsPerSequence)));
    const partPanels = Math.min(panels, sequences * panelsPerSequence);
    for (let firstPanel = 0; firstPanel < panels; firstPanel += partPanels) {
      const height = Math.min(partPanels, panels - firstPanel);
      const uniforms = { keyTexels, panelsPerSequence, firstPanel };
      const part = { ...this.#target('scores', scoreWidth, partPanels), height };
      scores.run({ qkv: qkv.texture, mask: mask.texture }, uniforms, part);
      const sums = { ...this.#target('rowSums', heads, partPanels), height };
      rowSums.run({ scores: part.texture }, { keyTexels }, sums);
      context.run({ qkv: qkv.texture, scores: part.texture, rowSums: sums.texture }, uniforms, {
        ...output,
        y: firstPanel,
        height,
      });
    }
    return output;
  }

  #normalize(role: 'attended' | 'hidden', x: Panels, parameters: LayeredTexture, panels: number): Panels {
    const { hidden_size } = this.#config;
    const statistics = this.#target('statistics', statisticsWidth(hidden_size), panels);
    this.#programs.statistics.run({ x: x.texture }, {}, statistics);
    const output = this.#target(role, texelsOf(hidden_size), panels);
    this.#programs.normalize.run(
      { x: x.texture, statistics: statistics.texture, parameters: parameters.texture },
      {},
      output,
    );
    return output;
  }

  #write(hidden: Panels, { batch, panelsPerSequence }: Batch, length: number): Tensor3D {
    const columns = this.#config.hidden_size;
    return makeTensor(this.#device, [batch, length, columns], (framebuffer, width, height) => {
      this.#programs.write.run(
        { x: hidden.texture },
        { rows: length, columns, panelsPerSequence, width },
        { framebuffer, width, height },
      );
    });
  }

  /** Returns scratch panels, cut to the size that is drawn: they may be larger, from an earlier call. */
  #target(role: Parameters<Scratch['panels']>[0], width: number, height: number): Panels {
    return { ...this.#scratch.panels(role, width, height), width, height };
  }

  /** Width of the context: every head has a whole number of texels. */
  get #contextTexels(): number {
    return this.#config.num_attention_heads * texelsOf(headSize(this.#config));
  }
}
