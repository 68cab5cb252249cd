/** Maps the names of a layer's weights in Keras and Flax, which resemble TensorFlow 1's, to PyTorch's. */
import type { StoredTensor } from './checkpoint.ts';
import { elementBytes } from './dtype.ts';
import { transposeBytes } from './transpose.ts';

const leaves: Readonly<Record<string, string>> = {
  kernel: 'weight',
  gamma: 'weight',
  scale: 'weight',
  beta: 'bias',
  embedding: 'weight',
  embeddings: 'weight',
};

/** Renames and transposes a weight: `attention/dense/kernel` `[in, out]` becomes `attention.dense.weight` `[out, in]`. */
export function fromFramework(path: readonly string[], tensor: Omit<StoredTensor, 'name'>): StoredTensor {
  const leaf = path.at(-1) ?? '';
  const name = [...path.slice(0, -1), (Object.hasOwn(leaves, leaf) && leaves[leaf]) || leaf].join('.');
  return renamed(tensor, name, leaf === 'kernel');
}

/** Renames a tensor. @param transposed whether to transpose a matrix */
export function renamed(tensor: Omit<StoredTensor, 'name'>, name: string, transposed: boolean): StoredTensor {
  const [rows = 1, columns = 1] = tensor.shape;
  if (!transposed || tensor.shape.length !== 2) return { ...tensor, name };
  const bytes = transposeBytes(tensor.bytes, rows, columns, elementBytes[tensor.dtype]);
  return { ...tensor, name, shape: [columns, rows], bytes };
}
