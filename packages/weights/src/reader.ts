import { MissingTensorError, type WeightReader } from '@albert-web/core';
import { AlbertError } from '@albert-web/errors';
import type { Checkpoint, StoredTensor } from './checkpoint.ts';
import { readInt8, readRows, readValues, scaleName, weightShape } from './quantize/stored.ts';

/** A weight holds NaN or infinity, which would silently spoil every result. */
export class NonFiniteWeightError extends AlbertError {
  override readonly name = 'NonFiniteWeightError';
}

/**
 * Reads a checkpoint's weights by canonical name: `pooler.weight` finds `pooler.weight` or `albert.pooler.weight`.
 *
 * Its methods throw MissingTensorError, TensorFormatError, or NonFiniteWeightError.
 */
export function weightReader({ tensors }: Checkpoint): WeightReader {
  const find = (name: string): StoredTensor | undefined => tensors.get(name) ?? tensors.get(`albert.${name}`);
  return {
    shape(name) {
      const tensor = find(name);
      return tensor && weightShape(tensors, tensor);
    },
    float32(name) {
      const tensor = find(name);
      if (!tensor) throw missingTensor(name);
      return finite(tensor.name, readValues(tensors, tensor));
    },
    rows(name, rows) {
      const tensor = find(name);
      if (!tensor) throw missingTensor(name);
      return finite(tensor.name, readRows(tensors, tensor, rows));
    },
    int8(name) {
      const tensor = find(name);
      const rows = tensor && readInt8(tensors, tensor);
      if (rows) finite(scaleName(tensor.name), rows.scales);
      return rows;
    },
  };
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

function missingTensor(name: string): MissingTensorError {
  return new MissingTensorError({
    problem: `The checkpoint has no weight "${name}"`,
    remedy: 'Check that the checkpoint is an ALBERT model with the head that is asked for',
  });
}
