/** Weights as tfjs tensors, in the layout the plain model computes with. */
import * as tf from '@tensorflow/tfjs-core';
import { MissingTensorError, NonFiniteWeightError, TensorShapeError } from './errors.ts';
import type { WeightReader } from './executor.ts';
import type { WeightSpec } from './spec/index.ts';

/** Looks a parameter up by its canonical name. Linear weights are `[in, out]`: see `isTransposed`. */
export type Parameters = (name: string) => tf.Tensor;

/** Trainable parameters by canonical name, in checkpoint order. */
export type ParameterMap = ReadonlyMap<string, tf.Variable>;

/**
 * Whether a weight is kept transposed, `[in, out]`, relative to its checkpoint.
 *
 * tfjs's WASM matMul is 13 to 48 times slower with `transposeB`, so every linear layer is turned once, at load.
 * Embedding tables are read by row and stay as they are.
 */
export function isTransposed({ name, shape }: WeightSpec): boolean {
  return shape.length === 2 && !name.startsWith('embeddings.');
}

/**
 * Uploads the listed weights to the current tfjs backend. Leaves nothing behind when it throws.
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

/** Values of a parameter in checkpoint layout (`[out, in]`), row-major: what is written back to a file. */
export async function readParameter(spec: WeightSpec, parameters: ParameterMap): Promise<Float32Array> {
  const parameter = lookUp(parameters)(spec.name);
  const stored = tf.tidy(() => (isTransposed(spec) ? tf.transpose(parameter) : tf.clone(parameter)));
  try {
    return Float32Array.from(await stored.data());
  } finally {
    stored.dispose();
  }
}

/** A lookup over a map; a name that is not there is a named error. */
export function lookUp(parameters: ReadonlyMap<string, tf.Tensor>): Parameters {
  return (name) => {
    const found = parameters.get(name);
    if (!found) throw missing(name);
    return found;
  };
}

/** Bytes of all of them. */
export function bytesOf(parameters: ParameterMap): number {
  return Array.from(parameters.values()).reduce((sum, { size }) => sum + 4 * size, 0);
}

/** Frees every tensor of the map. */
export function disposeParameters(parameters: ParameterMap): void {
  for (const parameter of parameters.values()) parameter.dispose();
}

/**
 * Checks that a checkpoint has every listed weight in its shape, before anything is uploaded or packed.
 *
 * @throws MissingTensorError, TensorShapeError
 */
export function checkWeights(specs: readonly WeightSpec[], weights: WeightReader): void {
  for (const { name, shape } of specs) {
    const stored = weights.shape(name);
    if (!stored) throw missing(name);
    if (stored.length !== shape.length || stored.some((side, axis) => side !== shape[axis])) {
      throw new TensorShapeError({
        problem: `Tensor "${name}" has shape [${stored.join(', ')}]`,
        expected: `config.json asks for [${shape.join(', ')}]`,
        remedy: 'Use the config.json and the weights of the same checkpoint',
      });
    }
  }
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

/** tfjs keeps the array it is given, and a view into a checkpoint would keep all of it. */
function inOwnMemory(values: Float32Array): Float32Array {
  return values.byteLength === values.buffer.byteLength ? values : values.slice();
}

/** @throws NonFiniteWeightError when a value is NaN or infinite; readers of checkpoints call this on what they give out. */
export function checkFinite(name: string, values: Float32Array): void {
  if (allFinite(new Int32Array(values.buffer, values.byteOffset, values.length))) return;
  const index = values.findIndex((value) => !Number.isFinite(value));
  throw new NonFiniteWeightError({
    problem: `Tensor "${name}" holds ${values[index]} at index ${index}`,
    expected: 'Expected finite numbers',
    remedy: 'The checkpoint is damaged or its training diverged: load another one',
  });
}

/**
 * Whether no f32 is NaN or infinite. Adding 1 to an exponent of all ones carries into the sign; four at a time, without a
 * branch, the check costs less than half of copying the values.
 */
function allFinite(bits: Int32Array): boolean {
  const exponent = 0x7f800000;
  const one = 0x00800000;
  let carry = 0;
  let i = 0;
  for (; i + 4 <= bits.length; i += 4) {
    carry |=
      (((bits[i] ?? 0) & exponent) + one) |
      (((bits[i + 1] ?? 0) & exponent) + one) |
      (((bits[i + 2] ?? 0) & exponent) + one) |
      (((bits[i + 3] ?? 0) & exponent) + one);
  }
  for (; i < bits.length; i++) carry |= ((bits[i] ?? 0) & exponent) + one;
  return carry >= 0;
}

function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) turned[column * rows + row] = values[row * columns + column] ?? 0;
  }
  return turned;
}

function missing(name: string): MissingTensorError {
  return new MissingTensorError({
    problem: `Tensor "${name}" is not in the checkpoint`,
    remedy:
      'Check that the checkpoint has the head that config.json names in "architectures", and that no shard is missing',
  });
}
