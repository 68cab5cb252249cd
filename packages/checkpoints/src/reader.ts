import { allFinite, checkFinite, halfToFloat32, MissingTensorError, type WeightReader } from '@albert-web/core';
import { keepTensors, type Checkpoint, type StoredTensor } from './checkpoint.ts';
import { readInt4, readInt8, readRows, readValues, scaleName, weightShape } from './quantize/stored.ts';

/**
 * Returns a reader of a checkpoint's weights by canonical name: `pooler.weight` finds `pooler.weight` or
 * `albert.pooler.weight`.
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
    rows(name, rows, into) {
      const tensor = find(name);
      if (!tensor) throw missingTensor(name);
      const values = readRows(tensors, tensor, rows, into);
      // Checks the whole tensor, so that the error names the position in it.
      if (!allFinite(values)) checkFinite(tensor.name, readValues(tensors, tensor));
      return values;
    },
    int8(name) {
      const tensor = find(name);
      const rows = tensor && readInt8(tensors, tensor);
      if (rows) finite(scaleName(tensor.name), rows.scales);
      return rows;
    },
    int4(name) {
      const tensor = find(name);
      const groups = tensor && readInt4(tensors, tensor);
      return groups && { packed: groups.packed, scales: finite(scaleName(tensor.name), halfToFloat32(groups.scales)) };
    },
  };
}

/** Returns the values if all are finite. */
function finite(name: string, values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  checkFinite(name, values);
  return values;
}

function missingTensor(name: string): MissingTensorError {
  return new MissingTensorError({
    problem: `The checkpoint has no weight "${name}"`,
    remedy: 'Check that the checkpoint is an ALBERT with the requested head',
  });
}

/**
 * Like `weightReader`, but takes ownership of the checkpoint, so that tensors can be freed once they are not needed.
 *
 * @param needed names of the weights that will be read; all others are freed at once
 */
export function ownedWeightReader(checkpoint: Checkpoint, needed: readonly string[]): WeightReader {
  const inNeeded = storedNames(needed);
  let current = keepTensors(checkpoint, (name) => inNeeded.has(name));
  let reader = weightReader(current);
  return {
    shape: (name) => reader.shape(name),
    float32: (name) => reader.float32(name),
    rows: (name, rows, into) => reader.rows(name, rows, into),
    int8: (name) => reader.int8(name),
    int4: (name) => reader.int4(name),
    release(names) {
      const released = storedNames(names);
      current = keepTensors(current, (name) => !released.has(name));
      reader = weightReader(current);
      return Array.from(current.tensors.values()).reduce((sum, { bytes }) => sum + bytes.length, 0);
    },
  };
}

/** Returns the names that some weights may have in a checkpoint, and those of the tensors with their scales. */
function storedNames(names: readonly string[]): Set<string> {
  return new Set(names.flatMap((name) => [name, `albert.${name}`]).flatMap((name) => [name, scaleName(name)]));
}
