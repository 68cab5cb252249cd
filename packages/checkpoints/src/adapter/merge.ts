/**
 * Merges a LoRA adapter into its base model: `weight + scale * B A`.
 *
 * Source: huggingface/peft `tuners/lora/layer.py` (`get_delta_weight`), `utils/save_and_load.py`.
 */
import { headOf, modelWeights, numLabels, readConfig } from '@albert-web/core';
import type { Checkpoint, StoredTensor } from '../checkpoint.ts';
import { cannotConvert } from '../convert-error.ts';
import type { ConvertedModel } from '../converted.ts';
import { bytesOf } from '../dtype.ts';
import { equalBytes } from '../equal-bytes.ts';
import { weightReader } from '../reader.ts';
import { transpose } from '../transpose.ts';
import { adapterClass, scaleOf, type AdapterConfig } from './config.ts';

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/** The factors of the update of one weight: `b` is `[outputs, rank]`, `a` is `[rank, inputs]`. */
interface Product {
  readonly a?: Matrix;
  readonly b?: Matrix;
}

/** `lora_A.weight` of a linear layer, `lora_embedding_A` of an embedding. A dump of the model includes the adapter's name. */
const factor = /^(.+)\.lora_(embedding_)?([AB])(?:\.default)?(?:\.weight)?$/u;

/** Removes the prefixes of PEFT and of the base model from a name. */
const bareName = (name: string): string =>
  name
    .replace(/^base_model\.model\./u, '')
    .replace(/^albert\./u, '')
    .replace(/\.(?:modules_to_save|base_layer)(?:\.default)?\./u, '.');

/**
 * Merges an adapter.
 *
 * @param base the base model, as read
 * @param stored the adapter's tensors; those that are not factors replace the base model's
 * @param file the adapter's file, for error messages
 * @returns a model still to be checked against its configuration
 * @throws ConvertError when a product does not fit the base model
 */
export function mergeAdapter(
  base: Pick<ConvertedModel, 'config' | 'checkpoint'>,
  adapter: AdapterConfig,
  stored: Checkpoint,
  file: string,
): Pick<ConvertedModel, 'config' | 'checkpoint'> {
  const { products, replaced } = readAdapter(stored, file);
  const config = configOf(base.config, adapter, replaced.get('classifier.weight')?.shape[0]);
  const tensors = new Map([...tensorsFor(config, base.checkpoint), ...replaced]);
  const reader = weightReader(base.checkpoint);
  for (const [module, { a, b }] of products) {
    const name = `${module}.weight`;
    const shape = reader.shape(name);
    if (!a || !b || !shape)
      throw cannotConvert(file, `changes ${name.slice(0, 200)}, but one of the two factors is missing`);
    if (b.rows !== shape[0] || a.columns !== shape[1] || b.columns !== a.rows || shape.length !== 2) {
      const sizes = `[${b.rows}, ${b.columns}] and [${a.rows}, ${a.columns}]`;
      throw cannotConvert(file, `has factors of ${sizes} for ${name}, which is [${shape.join(', ')}]`);
    }
    const values = addProduct(reader.float32(name), a, b, scaleOf(adapter, module, a.rows));
    tensors.set(name, { name, dtype: 'F32', shape, bytes: bytesOf(values) });
    tensors.delete(`${name}.scale`);
  }
  return { config, checkpoint: { tensors, metadata: base.checkpoint.metadata } };
}

function readAdapter(
  stored: Checkpoint,
  file: string,
): { readonly products: ReadonlyMap<string, Product>; readonly replaced: ReadonlyMap<string, StoredTensor> } {
  const products = new Map<string, Product>();
  const replaced = new Map<string, StoredTensor>();
  const reader = weightReader(stored);
  for (const tensor of stored.tensors.values()) {
    const name = bareName(tensor.name);
    const [, module = '', embedding, side] = factor.exec(name) ?? [];
    // Only the adapter's replacement is used. With `bias: "all"`, PEFT saves both, and the replacement twice.
    if (name.includes('.original_module.')) continue;
    if (side === undefined) {
      const other = replaced.get(name);
      if (other && !equalBytes(other.bytes, tensor.bytes)) throw cannotConvert(file, `holds two ${name.slice(0, 200)}`);
      replaced.set(name, { ...tensor, name });
      continue;
    }
    const [rows = 1, columns = 1] = tensor.shape;
    const matrix = { rows, columns, values: reader.float32(tensor.name) };
    // The update of an embedding is transposed, which swaps its factors.
    const swaps = embedding !== undefined;
    const place = (side === 'A') === swaps ? 'b' : 'a';
    products.set(module, { ...products.get(module), [place]: swaps ? transposed(matrix) : matrix });
  }
  return { products, replaced };
}

/** Returns the base model's configuration with the adapter's class and the number of labels of its classifier. */
function configOf(
  base: ConvertedModel['config'],
  adapter: AdapterConfig,
  rows: number | undefined,
): ConvertedModel['config'] {
  const name = adapterClass(adapter);
  const config = name === undefined ? base : { ...base, architectures: [name] };
  if (rows === undefined || numLabels(readConfig(config)) === rows) return config;
  return { ...config, id2label: undefined, label2id: undefined, num_labels: rows };
}

/** Returns the base model's tensors that the class needs, without those of the base model's own head. */
function tensorsFor(config: ConvertedModel['config'], { tensors }: Checkpoint): [string, StoredTensor][] {
  const read = readConfig(config);
  const needed = new Set(modelWeights(read, headOf(read)).map(({ name }) => name));
  return [...tensors].flatMap(([stored, tensor]): [string, StoredTensor][] => {
    const name = bareName(stored);
    return needed.has(name.replace(/\.scale$/u, '')) ? [[name, { ...tensor, name }]] : [];
  });
}

const transposed = ({ rows, columns, values }: Matrix): Matrix => ({
  rows: columns,
  columns: rows,
  values: transpose(values, rows, columns),
});

function addProduct(weight: Float32Array, a: Matrix, b: Matrix, scale: number): Float32Array<ArrayBuffer> {
  const result = Float32Array.from(weight);
  for (let row = 0; row < b.rows; row++) {
    for (let column = 0; column < a.columns; column++) {
      let sum = 0;
      for (let rank = 0; rank < a.rows; rank++)
        sum += (b.values[row * a.rows + rank] ?? 0) * (a.values[rank * a.columns + column] ?? 0);
      const at = row * a.columns + column;
      result[at] = (weight[at] ?? 0) + scale * sum;
    }
  }
  return result;
}
