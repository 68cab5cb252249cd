/**
 * `tf_model.h5`, saved by Keras classes of transformers in HDF5.
 *
 * A Keras file has a group per layer, which contains the weights under their full names. A shard of transformers has the weights
 * at its root. Source: Keras 2 `saving/legacy/hdf5_format.py`, transformers `modeling_tf_utils.py`.
 */
import { allocateWith, copyOf } from '@albert-web/errors';
import { Dataset, File, Group } from 'jsfive';
import type { Checkpoint, DType, StoredTensor } from '../checkpoint.ts';
import { cannotConvert } from '../convert-error.ts';
import { bytesOf, elementBytes, elementCount } from '../dtype.ts';
import { equalBytes } from '../equal-bytes.ts';
import { fromFramework } from '../framework-names.ts';
import { ConvertError } from '../errors.ts';

const dtypes: Readonly<Record<string, DType>> = { '<f4': 'F32', '<f8': 'F64', '<i4': 'I32', '<i8': 'I64' };
/** Limits that no real model reaches. */
const largest = { depth: 32, groups: 10_000 };

/** @throws ConvertError when the file is damaged or not HDF5 */
export function readKeras(bytes: Uint8Array<ArrayBuffer>, file = 'tf_model.h5'): Checkpoint {
  const tensors = new Map<string, StoredTensor>();
  try {
    for (const [path, dataset] of listDatasets(bytes, file)) {
      const tensor = fromFramework(pathOf(path), readDataset(dataset, bytes.length, path.join('/'), file));
      const other = tensors.get(tensor.name);
      // A head that uses the embeddings stores them again.
      if (other && !equalBytes(other.bytes, tensor.bytes)) throw cannotConvert(file, `holds two ${tensor.name}`);
      tensors.set(tensor.name, tensor);
    }
  } catch (error) {
    throw error instanceof ConvertError ? error : cannotConvert(file, 'is not an HDF5 file, or is damaged', error);
  }
  return { tensors: withOneBias(tensors), metadata: { format: 'tf' } };
}

function* listDatasets(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
): Generator<readonly [path: readonly string[], dataset: Dataset]> {
  const whole = bytes.byteOffset === 0 && bytes.length === bytes.buffer.byteLength;
  const root = new File(whole ? bytes.buffer : copyOf(bytes).buffer, file);
  const pending: { readonly group: Group; readonly path: readonly string[] }[] = [{ group: root, path: [] }];
  let groups = 0;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { group, path } = next;
    if (++groups > largest.groups || path.length > largest.depth)
      throw cannotConvert(file, 'nests its groups too deeply');
    for (const name of group.keys) {
      const member = group.get(name);
      // The names inside a layer's group do not include the group.
      if (member instanceof Group) pending.push({ group: member, path: isLayer(member, path) ? [] : [...path, name] });
      else if (member instanceof Dataset) yield [[...path, name], member];
    }
  }
}

/** Whether a group is a layer. Keras lists the names of a layer's weights, and splits a long list into several attributes. */
const isLayer = ({ attrs }: Group, path: readonly string[]): boolean =>
  path.length === 0 && ('weight_names' in attrs || 'weight_names0' in attrs);

/** Splits a path: `albert_layer_groups_._0` becomes `albert_layer_groups.0`. `:0` is the output index in TensorFlow. */
const pathOf = (path: readonly string[]): string[] =>
  path.join('/').replace(/:0$/u, '').replaceAll(/_\._/gu, '/').split('/');

function readDataset(dataset: Dataset, fileLength: number, name: string, file: string): Omit<StoredTensor, 'name'> {
  const { shape, dtype: type } = dataset;
  const dtype = typeof type === 'string' && Object.hasOwn(dtypes, type) ? dtypes[type] : undefined;
  const called = JSON.stringify(name.slice(0, 200));
  if (!dtype) throw cannotConvert(file, `has ${called} of type ${JSON.stringify(type)?.slice(0, 100)}`);
  const count = elementCount(shape);
  // Keras does not compress, and values are read one by one.
  if (!(count * elementBytes[dtype] <= fileLength)) throw cannotConvert(file, `has ${called} larger than itself`);
  const values = dataset.value;
  if (!Array.isArray(values) || values.length !== count) throw cannotConvert(file, `lacks the values of ${called}`);
  const floats = allocateWith(4 * count, () => Float32Array.from(values as number[]));
  return { dtype: 'F32', shape, bytes: bytesOf(floats) };
}

/**
 * Removes an unused bias. In Keras, the decoder has a bias in addition to that of the masked-LM head. It is zero in models
 * converted from PyTorch, where the two are the same.
 */
function withOneBias(tensors: ReadonlyMap<string, StoredTensor>): Map<string, StoredTensor> {
  const isUnused = ([name, { bytes }]: [string, StoredTensor]): boolean =>
    name.endsWith('predictions.decoder.bias') &&
    tensors.has(name.replace('decoder.', '')) &&
    bytes.every((byte) => byte === 0);
  return new Map([...tensors].filter((entry) => !isUnused(entry)));
}
