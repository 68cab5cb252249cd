/**
 * Runs the kernels of `@albert-web/kernels/training` on tensors of tfjs's WASM backend. The module imports tfjs's memory, so tensors
 * are read and written in place. It has no data and no stack there.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '@albert-web/core';
import { codes } from '@albert-web/kernels';
import { startTrainingKernels, type Pointer, type TrainingKernels } from '@albert-web/kernels/training';

/** The part of tfjs's `BackendWasm` used here, whose type is not exported. */
interface WasmBackend extends tf.KernelBackend {
  readonly wasm: { readonly asm?: { readonly memory?: WebAssembly.Memory }; readonly wasmMemory?: WebAssembly.Memory };
  readonly dataIdMap: { get(dataId: tf.DataId): { readonly memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array;
}

/** A matrix operand: strides of its rows and columns, in floats. */
interface Operand {
  readonly tensor: tf.Tensor;
  readonly row: number;
  readonly column: number;
}

/** The layout of sequences in packed rows, and the number of attention heads. */
export interface AttentionShape {
  /** `[sequences + 1]` int32: sequence `s` has rows `starts[s]` to `starts[s + 1]`. */
  readonly starts: tf.Tensor1D;
  readonly sequences: number;
  /** Length of the longest sequence. */
  readonly longest: number;
  /** Sum of the squared lengths. */
  readonly squares: number;
  readonly heads: number;
}

/** Dropout of a tensor. `threshold` comes from `keepThreshold`; 0 for no dropout. */
export interface Drop {
  readonly key: number;
  readonly threshold: number;
  readonly scale: number;
}

/** No dropout. */
export const dropNothing: Drop = { key: 0, threshold: 0, scale: 1 };

/** The training kernels of a WASM backend. Results belong to the enclosing `tf.tidy`. */
export class WasmKernels {
  readonly #backend: WasmBackend;
  readonly #exports: TrainingKernels;

  private constructor(backend: WasmBackend, exports: TrainingKernels) {
    this.#backend = backend;
    this.#exports = exports;
  }

  /** The kernels for the current tfjs backend; undefined unless it is WASM. */
  static async ofCurrentBackend(): Promise<WasmKernels | undefined> {
    if (tf.getBackend() !== 'wasm') return undefined;
    const backend = tf.backend() as WasmBackend;
    const memory = backend.wasm.wasmMemory ?? backend.wasm.asm?.memory;
    if (!memory) return undefined;
    return new WasmKernels(backend, await startTrainingKernels(memory));
  }

  /** `activation(x)`. */
  activate(x: tf.Tensor, activation: Activation): tf.Tensor {
    const y = this.#empty(x.shape);
    this.#exports.activate(this.#at(x), this.#at(y), x.size, codes.Activation[activation]);
    return y;
  }

  /** `dy * activation'(x)`, in place of `dy`. */
  activateGradientInPlace(x: tf.Tensor, dy: tf.Tensor, activation: Activation): tf.Tensor {
    this.#exports.activateGradient(this.#at(x), this.#at(dy), this.#at(dy), x.size, codes.Activation[activation]);
    return dy;
  }

  /** Adds the rows of `x` `[rows, columns]` to `sum` `[columns]`, in place. */
  addColumnSums(x: tf.Tensor, sum: tf.Tensor): void {
    this.#exports.addColumnSums(this.#at(x), this.#at(sum), x.size / sum.size, sum.size);
  }

  /** `sum += x`, in place; equal shapes. */
  accumulate(x: tf.Tensor, sum: tf.Tensor): void {
    this.#exports.addColumnSums(this.#at(x), this.#at(sum), 1, sum.size);
  }

  /** `qkv` `[tokens, 3 * hidden]` to `context` `[tokens, hidden]` and the probabilities that the gradient needs. */
  attend(qkv: tf.Tensor2D, shape: AttentionShape, drop: Drop): { context: tf.Tensor2D; probabilities: tf.Tensor1D } {
    const [tokens, width] = qkv.shape;
    const context = this.#empty([tokens, width / 3]) as tf.Tensor2D;
    const probabilities = this.#empty([shape.heads * shape.squares]) as tf.Tensor1D;
    const scratch = this.#empty([shape.longest * shape.longest]);
    const pointers = [qkv, shape.starts, context, probabilities, scratch].map((tensor) => this.#at(tensor));
    this.#exports.attend(...pointers, shape.sequences, shape.heads, width / 3 / shape.heads, ...dropArguments(drop));
    scratch.dispose();
    return { context, probabilities };
  }

  /** Gradient of `qkv` from the gradient of `context`. */
  attendGradient(
    qkv: tf.Tensor2D,
    probabilities: tf.Tensor1D,
    dcontext: tf.Tensor2D,
    shape: AttentionShape,
    drop: Drop,
  ): tf.Tensor2D {
    const size = qkv.shape[1] / 3 / shape.heads;
    const dqkv = this.#empty(qkv.shape) as tf.Tensor2D;
    const scratch = this.#empty([2 * shape.longest * shape.longest]);
    const pointers = [qkv, shape.starts, probabilities, dcontext, dqkv, scratch].map((tensor) => this.#at(tensor));
    const sizes = [shape.longest, shape.sequences, shape.heads, size];
    this.#exports.attendGradient(...pointers, ...sizes, ...dropArguments(drop));
    scratch.dispose();
    return dqkv;
  }

  /** Dropout of `x`. Returns `x` itself if there is no dropout. */
  dropout<T extends tf.Tensor>(x: T, drop: Drop): T {
    if (drop.threshold === 0) return x;
    const y = this.#empty(x.shape) as T;
    this.#exports.dropout(this.#at(x), this.#at(y), x.size, 0, ...dropArguments(drop));
    return y;
  }

  /** LayerNorm of `x + residual`. The gradient needs `normal` and `inverse`. */
  layerNorm(
    x: tf.Tensor2D,
    residual: tf.Tensor2D,
    gamma: tf.Tensor,
    beta: tf.Tensor,
    epsilon: number,
  ): { output: tf.Tensor2D; normal: tf.Tensor2D; inverse: tf.Tensor1D } {
    const [rows, width] = x.shape;
    const output = this.#empty(x.shape) as tf.Tensor2D;
    const normal = this.#empty(x.shape) as tf.Tensor2D;
    const inverse = this.#empty([rows]) as tf.Tensor1D;
    const pointers = [x, residual, gamma, beta, output, normal, inverse].map((tensor) => this.#at(tensor));
    this.#exports.layerNorm(...pointers, rows, width, epsilon);
    return { output, normal, inverse };
  }

  /** Gradient of `x + residual`. Adds to `dgamma` and `dbeta` in place. */
  layerNormGradient(
    dy: tf.Tensor2D,
    normal: tf.Tensor2D,
    inverse: tf.Tensor1D,
    gamma: tf.Tensor,
    dgamma: tf.Tensor,
    dbeta: tf.Tensor,
  ): tf.Tensor2D {
    const dx = this.#empty(dy.shape) as tf.Tensor2D;
    const pointers = [dy, normal, inverse, gamma, dx, dgamma, dbeta].map((tensor) => this.#at(tensor));
    this.#exports.layerNormGradient(...pointers, dy.shape[0], dy.shape[1]);
    return dx;
  }

  /** `x W + b`, `[rows, in] -> [rows, out]`. */
  linear(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor): tf.Tensor2D {
    const [rows, inner] = x.shape;
    const out = this.#empty([rows, bias.size]) as tf.Tensor2D;
    this.#exports.fillRows(this.#at(bias), this.#at(out), rows, bias.size);
    this.#gemm({ tensor: x, row: inner, column: 1 }, { tensor: weight, row: bias.size, column: 1 }, out, inner);
    return out;
  }

  /** Gradient of `x` for `y = x W`: `dy W^T`. */
  linearInputGradient(dy: tf.Tensor2D, weight: tf.Tensor2D): tf.Tensor2D {
    const [inner, outer] = weight.shape;
    const dx = this.#empty([dy.shape[0], inner]) as tf.Tensor2D;
    this.#backend.typedArrayFromHeap(dx).fill(0);
    this.#gemm({ tensor: dy, row: outer, column: 1 }, { tensor: weight, row: 1, column: outer }, dx, outer);
    return dx;
  }

  /** Adds `x^T dy`, the gradient of `W`, to `dweight` in place. */
  addWeightGradient(x: tf.Tensor2D, dy: tf.Tensor2D, dweight: tf.Tensor2D): void {
    const [inner, outer] = dweight.shape;
    this.#gemm({ tensor: x, row: 1, column: inner }, { tensor: dy, row: outer, column: 1 }, dweight, x.shape[0]);
  }

  /** `out += a b`, over `depth`. */
  #gemm(a: Operand, b: Operand, out: tf.Tensor2D, depth: number): void {
    const scratch = this.#empty([this.#exports.gemmScratch() / 4]);
    const operands = [a, b].flatMap(({ tensor, row, column }) => [this.#at(tensor), row, column]);
    this.#exports.gemm(...operands, this.#at(out), ...out.shape, depth, this.#at(scratch));
    scratch.dispose();
  }

  #empty(shape: readonly number[]): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.#backend.makeOutput([...shape], 'float32'));
  }

  /** Address of a tensor's values. No `readSync` is needed: WASM tensors are always in the heap. */
  #at(tensor: tf.Tensor): Pointer {
    return this.#backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }
}

function dropArguments({ key, threshold, scale }: Drop): [number, number, number] {
  return [key, threshold, scale];
}
