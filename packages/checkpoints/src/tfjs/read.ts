/**
 * Reads TensorFlow.js's weights manifest: `model.json` with `group1-shard1of3.bin` and so on, of layers and graph models.
 *
 * Source: tensorflow/tfjs `tfjs-core/src/io/{types,io_utils}.ts`.
 */
import { allocateWith, concatenate, copyOf } from '@albert-web/errors';
import * as v from 'valibot';
import type { Checkpoint, DType, StoredTensor } from '../checkpoint.ts';
import { cannotConvert } from '../convert-error.ts';
import { bytesOf, elementBytes, elementCount, toFloat32 } from '../dtype.ts';
import { checkPath } from '../files/path.ts';
import type { ModelFiles, ReadOptions } from '../files/types.ts';
import { withinLimit } from '../files/within-limit.ts';
import { renamed } from '../framework-names.ts';
import { renameVariable } from '../tensorflow/names.ts';

const finite = v.pipe(v.number(), v.finite());
const weightSchema = v.object({
  name: v.string(),
  shape: v.pipe(v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), v.maxLength(32)),
  dtype: v.picklist(['float32', 'int32', 'bool']),
  quantization: v.optional(
    v.union([
      v.object({ dtype: v.literal('float16') }),
      v.object({ dtype: v.picklist(['uint8', 'uint16']), scale: finite, min: finite }),
    ]),
  ),
});
const schema = v.object({
  weightsManifest: v.array(v.object({ paths: v.array(v.string()), weights: v.array(weightSchema) })),
});
type Weight = v.InferOutput<typeof weightSchema>;

/** Storage types of quantized weights. */
const storedAs: Readonly<Record<string, DType>> = {
  float16: 'F16',
  uint8: 'U8',
  float32: 'F32',
  int32: 'I32',
  bool: 'BOOL',
};

/**
 * Reads the tensors of a manifest, dequantized to f32. Variables of google-research/albert get Hugging Face's names and layout;
 * others keep their names.
 *
 * @throws ConvertError, UnsafePathError, or what reading the files throws.
 */
export async function readTfjs(
  files: ModelFiles,
  { path = 'model.json', signal }: Pick<ReadOptions, 'signal'> & { readonly path?: string } = {},
): Promise<Checkpoint> {
  const result = v.safeParse(schema, await files.readJson(path, { signal }));
  if (!result.success) throw cannotConvert(path, `is not a weights manifest: ${result.issues[0].message}`);
  const named = result.output.weightsManifest.flatMap(({ paths }) => paths);
  if (new Set(named).size < named.length) throw cannotConvert(path, 'names a shard twice');
  const within = withinLimit(files, `${path} with its shards`);
  const tensors = new Map<string, StoredTensor>();
  for (const { paths, weights } of result.output.weightsManifest) {
    const shards = await Promise.all(paths.map((shard) => within.readBytes(checkPath(shard), { signal })));
    for (const tensor of readGroup(weights, concatenate(Uint8Array, shards), path)) tensors.set(tensor.name, tensor);
  }
  if (tensors.size === 0) throw cannotConvert(path, 'names no weights');
  return { tensors, metadata: { format: 'pt' } };
}

/** Reads consecutive weights, regardless of shard boundaries. */
function readGroup(weights: readonly Weight[], bytes: Uint8Array<ArrayBuffer>, path: string): StoredTensor[] {
  let position = 0;
  const tensors = weights.map((weight) => {
    const width = weight.quantization?.dtype === 'uint16' ? 2 : elementBytes[storedType(weight)];
    const length = elementCount(weight.shape) * width;
    if (!(length <= bytes.length - position))
      throw cannotConvert(path, `states more than the ${bytes.length} bytes of its shards`);
    position += length;
    return rename(readWeight(weight, copyOf(bytes.subarray(position - length, position))));
  });
  if (position !== bytes.length) throw cannotConvert(path, `states ${position} bytes; its shards have ${bytes.length}`);
  return tensors;
}

function storedType({ dtype, quantization }: Weight): DType {
  return storedAs[quantization?.dtype ?? dtype] ?? 'F32';
}

function readWeight(weight: Weight, bytes: Uint8Array<ArrayBuffer>): StoredTensor {
  const { name, shape, quantization } = weight;
  if (!quantization) return { name, shape, dtype: storedType(weight), bytes };
  if (quantization.dtype === 'float16') {
    return { name, shape, dtype: 'F32', bytes: bytesOf(toFloat32({ name, shape, dtype: 'F16', bytes })) };
  }
  const levels = quantization.dtype === 'uint8' ? bytes : new Uint16Array(bytes.buffer);
  const { scale, min } = quantization;
  const values = allocateWith(4 * levels.length, () => Float32Array.from(levels, (level) => level * scale + min));
  return { name, shape, dtype: 'F32', bytes: bytesOf(values) };
}

function rename(tensor: StoredTensor): StoredTensor {
  const known = tensor.name.includes('/') ? renameVariable(tensor.name.replace(/:0$/u, '')) : undefined;
  return known ? renamed(tensor, known.name, known.transposed) : tensor;
}
