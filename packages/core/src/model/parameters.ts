/** Weights as tfjs tensors, in the layout the plain model computes with. */
import { allocate, copyOf } from '@albert-web/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { WeightReader } from '../weights/reader.ts';
import type { WeightSpec } from '../spec/index.ts';
import { checkWeights, missingTensor } from '../weights/checks.ts';

/** Looks up a parameter by its canonical name. Linear weights are `[in, out]`: see `isTransposed`. */
export type Parameters = (name: string) => tf.Tensor;

/** Trainable parameters by canonical name, in checkpoint order. */
export type ParameterMap = ReadonlyMap<string, tf.Variable>;

/**
 * Returns whether a weight is kept transposed, `[in, out]`, relative to its checkpoint.
 *
 * tfjs's WASM matMul is 13 to 48 times slower with `transposeB`, so every linear layer is transposed once, on load.
 * Embedding tables are read by row and are not transposed.
 */
export function isTransposed({ name, shape }: WeightSpec): boolean {
  return shape.length === 2 && !name.startsWith('embeddings.');
}

/**
 * Uploads the listed weights to the current tfjs backend. Leaves no tensor behind when it throws.
 *
 * @throws MissingTensorError, TensorShapeError, and what `weights` throws for damaged values
 */
export function loadParameters(specs: readonly WeightSpec[], weights: WeightReader): ParameterMap {
  const parameters = new Map<string, tf.Variable>();
  try {
    for (const spec of specs) parameters.set(spec.name, loadParameter(spec, weights));
  } catch (error) {
    disposeParameters(parameters);
    throw error;
  }
  return parameters;
}

/** Reads a parameter's values in checkpoint layout (`[out, in]`), row-major, as they are written to a file. */
export async function readParameter(spec: WeightSpec, parameters: ParameterMap): Promise<Float32Array> {
  const parameter = lookUp(parameters)(spec.name);
  const stored = tf.tidy(() => (isTransposed(spec) ? tf.transpose(parameter) : tf.clone(parameter)));
  try {
    return Float32Array.from(await stored.data());
  } finally {
    stored.dispose();
  }
}

/** Makes a lookup of a map. The lookup throws MissingTensorError for an unknown name. */
export function lookUp(parameters: ReadonlyMap<string, tf.Tensor>): Parameters {
  return (name) => {
    const found = parameters.get(name);
    if (!found) throw missingTensor(name);
    return found;
  };
}

/** Returns the bytes of all parameters. */
export function bytesOf(parameters: ParameterMap): number {
  return Array.from(parameters.values()).reduce((sum, { size }) => sum + 4 * size, 0);
}

/** Frees every tensor of the map. */
export function disposeParameters(parameters: ParameterMap): void {
  for (const parameter of parameters.values()) parameter.dispose();
}

function loadParameter(spec: WeightSpec, weights: WeightReader): tf.Variable {
  checkWeights([spec], weights);
  const values = weights.float32(spec.name);
  const [rows = 1, columns = 1] = spec.shape;
  const tensor = isTransposed(spec)
    ? tf.tensor2d(transpose(values, rows, columns), [columns, rows])
    : tf.tensor(inOwnMemory(values), [...spec.shape], 'float32');
  const parameter = tf.variable(tensor);
  tensor.dispose();
  return parameter;
}

/** Copies the array: tfjs keeps a reference to it, and a view would keep the whole checkpoint in memory. */
function inOwnMemory(values: Float32Array): Float32Array {
  return values.byteLength === values.buffer.byteLength ? values : copyOf(values);
}

function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = allocate(Float32Array, values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = values[row * columns + column] ?? 0;
  }
  return turned;
}
