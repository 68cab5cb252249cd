/** Runs the whole model in one submission: from token ids to logits, without leaving the GPU in between. */
import type {
  AlbertConfig,
  EncodeOptions,
  Head,
  LinearChain,
  LogitsPass,
  PrecisionOf,
  StoredFormat,
  WeightReader,
} from '@albert-web/core';
import { linearChain, readEncodeOptions, shapeOf, storedFormats } from '@albert-web/core';
import { isSoftware } from './device.ts';
import { embedBindings, embedProgram } from './embed/program.ts';
import { packTokens, uploadTables, wordStorage } from './embed/tables.ts';
import type { Engine } from './engine.ts';
import { plainLayout, uploadMatrix } from './matrices.ts';
import type { Product } from './matmul/tiled-product.ts';
import { TiledProduct } from './matmul/tiled-product.ts';
import { tilesFor } from './matmul/tiles.ts';
import type { WeightStorage } from './matmul/weight-storage.ts';
import { keepsGroups, type MatrixLayout } from './packing.ts';
import { Pass } from './pass.ts';
import type { Kernel } from './pipelines.ts';
import { compile } from './pipelines.ts';
import { ReadBacks } from './read-back.ts';
import { recordPass } from './recorder.ts';
import type { Scratch } from './scratch.ts';
import { vectorsOf } from './sizes.ts';

/**
 * Uploads the embedding tables and the head, and returns a pass through them and the encoder.
 *
 * @throws MissingTensorError, TensorShapeError, NonFiniteWeightError
 */
export function createLogitsPass(engine: Engine, head: LinearChain, weights: WeightReader): LogitsPass {
  const { config, precision, health, kernels, pool } = engine.parts;
  const { device } = engine;
  const tables = uploadTables(config, weights, precision, pool);
  const embedding = (): Promise<Kernel> => compile(device, embedProgram(tables.storage));
  const products = headProducts(config, head, (layout) => headStorage(layout, weights)).map((product) => ({
    ...product,
    tiled: tiled(device, product),
    matrix: uploadMatrix(config, weights, product.layout, product.storage, pool),
  }));
  const labels = products.at(-1)?.columns ?? 0;
  const readBacks = new ReadBacks(pool);
  // Compiles while the caller tokenizes. Errors are reported by the first call.
  embedding().catch(() => undefined);

  return async (inputs, options: Pick<EncodeOptions, 'depth' | 'signal'> = {}) => {
    const { depth, from } = readEncodeOptions(config, options);
    const batch = inputs.inputIds.length;
    const length = inputs.inputIds[0]?.length ?? 0;
    const ready = await engine.ready(batch, length, head.reads, options.signal);
    const compiled = Promise.all([embedding(), ...products.map(({ tiled }) => tiled.for(ready.last.call.rows))]);
    const [embed, ...multiply] = await health.guard(compiled);
    engine.assertUsable();

    const machinery = engine.begin(ready);
    const { every, last, scratch } = machinery;
    device.queue.writeBuffer(scratch.tokens, 0, packTokens(inputs));
    const recorder = recordPass(device);
    const pass = new Pass(machinery, recorder);
    pass.run('embeddings', embed, every, 0, {
      ...tables.bindings,
      [embedBindings.tokens]: scratch.tokens,
      [embedBindings.output]: scratch.embedded,
    });
    const encoded = pass.layers(pass.map(scratch.embedded), scratch.tokens, { from, depth });
    pass.write(encoded, scratch.attended);
    let values = scratch.attended;
    products.forEach(({ name, matrix, output }, index) => {
      const kernel = multiply[index];
      if (kernel) pass.multiply(name, kernel, last, values, matrix, scratch[output]);
      values = scratch[output];
    });
    const padded = 4 * vectorsOf(labels);
    const bytes = 4 * last.call.rows * padded;
    const result = readBacks.take(bytes);
    device.queue.submit([recorder.finish([{ from: values, to: result, bytes }])]);
    kernels.tuneInBackground(every.call.rows);
    return withoutPadding(await health.guard(readBacks.read(result, last.call.rows * padded)), labels, padded);
  };
}

/** Returns the head's chain if this pass can run it: at most two linear layers, with one scratch buffer between them. */
export function headOnGpu(head: Head): LinearChain | undefined {
  const chain = linearChain(head);
  return chain && chain.steps.length <= 2 ? chain : undefined;
}

/** Compiles the kernels that a pass with the model's head needs first, before its weights are available. @throws GpuError */
export async function compileHead(
  device: GPUDevice,
  config: AlbertConfig,
  head: Head,
  { precision, storedAs }: { readonly precision: PrecisionOf<'webgpu'>; readonly storedAs: StoredFormat },
): Promise<void> {
  const linear = headOnGpu(head);
  if (!linear) return;
  // 4-bit checkpoints have their heads in int8.
  const products = headProducts(config, linear, () => (storedFormats[storedAs].quantized ? 'q8' : 'f32'));
  await Promise.all([
    compile(device, embedProgram(wordStorage(precision, storedAs))),
    ...products.map((product) => tiled(device, product).for(1)),
  ]);
}

/** One product after the encoder, and the scratch buffer it writes. */
interface HeadProduct extends Product {
  readonly name: string;
  readonly layout: MatrixLayout;
  readonly output: keyof Scratch;
}

/** Returns the storage of a head, as in the checkpoint. Products are always in f32: a head is small, and decides the result. */
function headStorage(layout: MatrixLayout, weights: WeightReader): WeightStorage {
  const names = layout.names.map((name) => `${name}.weight`);
  if (names.every((name) => weights.int8(name))) return 'q8';
  return keepsGroups(layout) && names.every((name) => weights.int4(name)) ? 'q4' : 'f32';
}

/** Returns the products of the head's layers. */
function headProducts(
  config: AlbertConfig,
  { steps }: LinearChain,
  storageOf: (layout: MatrixLayout) => WeightStorage,
): HeadProduct[] {
  let depth = config.hidden_size;
  return steps.map(({ linear, size, activation }, index) => {
    const [columns = 0] = shapeOf([size], config);
    const layout = plainLayout(linear, depth, columns);
    const product: HeadProduct = {
      name: linear,
      layout,
      storage: storageOf(layout),
      depth,
      columns,
      input: index === 0 ? 'tensor' : 'buffer',
      finish: activation === 'hidden_act' ? config.hidden_act : (activation ?? 'linear'),
      output: index === steps.length - 1 ? 'wide' : 'context',
    };
    depth = columns;
    return product;
  });
}

function tiled(device: GPUDevice, product: Product): TiledProduct {
  return new TiledProduct(device, product, tilesFor(device.limits, isSoftware(device)));
}

/** Cuts rows of `padded` values to `width`. */
function withoutPadding(values: Float32Array<ArrayBuffer>, width: number, padded: number): Float32Array<ArrayBuffer> {
  return width === padded ? values : values.filter((_, index) => index % padded < width);
}
