/** The whole model in one submission: token ids go in, logits come out, and nothing between them leaves the GPU. */
import type { EncodeOptions, LinearHead, LogitsPass, WeightReader } from '@albert-web/core';
import { readEncodeOptions } from '@albert-web/core';
import { isSoftware } from './device.ts';
import { embedBindings, embedProgram } from './embed/program.ts';
import { packTokens, uploadTables } from './embed/tables.ts';
import type { Engine } from './engine.ts';
import type { MatrixBuffers } from './matrices.ts';
import { plainLayout, uploadMatrix } from './matrices.ts';
import type { Product } from './matmul/tiled-product.ts';
import { TiledProduct } from './matmul/tiled-product.ts';
import { tilesFor } from './matmul/tiles.ts';
import { Pass } from './pass.ts';
import { compile } from './pipelines.ts';
import { ReadBacks } from './read-back.ts';
import { recordPass } from './recorder.ts';
import type { Scratch } from './scratch.ts';
import { vectorsOf } from './sizes.ts';

/**
 * Uploads the embedding tables and the head beside an encoder.
 *
 * @throws MissingTensorError, TensorShapeError, NonFiniteWeightError
 */
export function createLogitsPass(engine: Engine, head: LinearHead, weights: WeightReader): LogitsPass {
  const { config, precision, health, kernels, pool } = engine.parts;
  const { device } = engine;
  const tables = uploadTables(config, weights, precision, pool);
  const embedding = compile(device, embedProgram(tables.storage));
  const products = headProducts(engine, head, weights);
  const labels = products.at(-1)?.matrix.columns ?? 0;
  const readBacks = new ReadBacks(pool);
  // Compiled while the caller tokenizes; whoever calls first is told what went wrong.
  embedding.catch(() => undefined);

  return async (inputs, options: Pick<EncodeOptions, 'depth' | 'signal'> = {}) => {
    const { depth, from } = readEncodeOptions(config, options);
    const batch = inputs.inputIds.length;
    const length = inputs.inputIds[0]?.length ?? 0;
    const ready = await engine.ready(batch, length, head.reads === 'pooled' ? 'first' : 'all', options.signal);
    const compiled = Promise.all([embedding, ...products.map(({ tiled }) => tiled.for(ready.last.call.rows))]);
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

/** One product behind the encoder, and the scratch buffer it writes. */
interface HeadProduct {
  readonly name: string;
  readonly matrix: MatrixBuffers;
  readonly tiled: TiledProduct;
  readonly output: keyof Scratch;
}

/** The pooler, where there is one, and the classifier: f32 in every precision, since they are small and decide. */
function headProducts(engine: Engine, head: LinearHead, weights: WeightReader): HeadProduct[] {
  const { config, pool } = engine.parts;
  const { hidden_size: hidden } = config;
  const tiles = tilesFor(engine.device.limits, isSoftware(engine.device));
  const make = (
    name: string,
    outputs: number,
    output: keyof Scratch,
    fusedWith: Pick<Product, 'input' | 'finish'>,
  ): HeadProduct => {
    const product: Product = { ...fusedWith, storage: 'f32', depth: hidden, columns: outputs };
    const matrix = uploadMatrix(config, weights, plainLayout(name, hidden, outputs), 'f32', pool);
    return { name, matrix, output, tiled: new TiledProduct(engine.device, product, tiles) };
  };
  const [labels = 0] = weights.shape(`${head.classifier}.weight`) ?? [];
  const classify = (input: Product['input']): HeadProduct =>
    make(head.classifier, labels, 'wide', { input, finish: 'linear' });
  return head.reads === 'pooled'
    ? [make('pooler', hidden, 'context', { input: 'tensor', finish: 'tanh' }), classify('buffer')]
    : [classify('tensor')];
}

/** Rows of `padded` values cut to `width`. */
function withoutPadding(values: Float32Array<ArrayBuffer>, width: number, padded: number): Float32Array<ArrayBuffer> {
  return width === padded ? values : values.filter((_, index) => index % padded < width);
}
