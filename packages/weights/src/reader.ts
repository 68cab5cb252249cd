import { AlbertError } from '@albert-web/errors';
import { TensorFormatError, type Checkpoint, type StoredTensor } from './checkpoint.ts';
import { toFloat32 } from './dtype.ts';

/**
 * Weights by canonical name (Hugging Face's, without the `albert.` prefix), whatever they are stored as.
 * Structurally the interface of the same name in `@albert-web/core`.
 */
export interface WeightReader {
  /** Shape as stored (`[out, in]` for matrices), or undefined when there is no such weight. */
  shape(name: string): readonly number[] | undefined;
  /** All values as f32, row-major, converted or dequantised. A fresh array each call. */
  float32(name: string): Float32Array<ArrayBuffer>;
  /** The stored int8 values with one scale per output row (`value = int8 * scale[row]`), when it is stored so. */
  int8(
    name: string,
  ): { readonly values: Int8Array<ArrayBuffer>; readonly scales: Float32Array<ArrayBuffer> } | undefined;
}

/** A checkpoint lacks a weight that was asked for. */
export class MissingWeightError extends AlbertError {
  override readonly name = 'MissingWeightError';
}

/** A weight holds NaN or infinity, which would silently spoil every result. */
export class NonFiniteWeightError extends AlbertError {
  override readonly name = 'NonFiniteWeightError';
}

/**
 * Reads a checkpoint's weights by canonical name: `pooler.weight` finds `pooler.weight` or `albert.pooler.weight`.
 *
 * Its methods throw MissingWeightError, TensorFormatError, or NonFiniteWeightError.
 */
export function weightReader({ tensors }: Checkpoint): WeightReader {
  const find = (name: string): StoredTensor | undefined => tensors.get(name) ?? tensors.get(`albert.${name}`);
  const scaleOf = (tensor: StoredTensor): StoredTensor => {
    const scale = tensors.get(`${tensor.name}.scale`);
    if (scale) return scale;
    throw new TensorFormatError({
      problem: `Tensor "${tensor.name}" is quantised but "${tensor.name}.scale" is missing`,
      remedy: 'Convert the checkpoint again',
    });
  };
  const int8 = (name: string): ReturnType<WeightReader['int8']> => {
    const tensor = find(name);
    if (tensor?.dtype !== 'I8') return undefined;
    const scales = toFloat32(scaleOf(tensor));
    if (scales.length !== tensor.shape[0]) {
      throw new TensorFormatError({
        problem: `Tensor "${tensor.name}.scale" has ${scales.length} values`,
        expected: `Expected one for each of the ${tensor.shape[0] ?? 1} rows of "${tensor.name}"`,
        remedy: 'Convert the checkpoint again',
      });
    }
    const { buffer, byteOffset, length } = tensor.bytes;
    return { values: new Int8Array(buffer, byteOffset, length), scales: finite(`${tensor.name}.scale`, scales) };
  };
  return {
    shape: (name) => find(name)?.shape,
    float32(name) {
      const tensor = find(name);
      if (!tensor) throw missingWeight(name);
      const quantised = int8(name);
      if (!quantised) return finite(tensor.name, toFloat32(tensor));
      return scaleRows(quantised.values, quantised.scales);
    },
    int8,
  };
}

function scaleRows(values: Int8Array, scales: Float32Array): Float32Array<ArrayBuffer> {
  const result = new Float32Array(values.length);
  const rowLength = values.length / scales.length;
  for (let row = 0; row < scales.length; row++) {
    const scale = scales[row] ?? 0;
    const end = (row + 1) * rowLength;
    for (let i = row * rowLength; i < end; i++) result[i] = (values[i] ?? 0) * scale;
  }
  return result;
}

/** Gives the values back when all of them are finite. */
function finite(name: string, values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  // The sum of magnitudes, in f64, overflows for no finite f32 values: one pass without a branch.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i] ?? 0);
  if (Number.isFinite(sum)) return values;
  const position = values.findIndex((value) => !Number.isFinite(value));
  throw new NonFiniteWeightError({
    problem: `Weight "${name}" holds ${values[position]} at position ${position} of ${values.length}`,
    expected: 'Expected finite numbers',
    remedy: 'Use another checkpoint: this one is damaged or its training diverged',
  });
}

function missingWeight(name: string): MissingWeightError {
  return new MissingWeightError({
    problem: `The checkpoint has no weight "${name}"`,
    remedy: 'Check that the checkpoint is an ALBERT model with the head that is asked for',
  });
}
