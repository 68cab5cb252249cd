/** The training kernels of `@albert-web/kernels/training`, on matrices in their own memory. */
import type { Activation, AlbertConfig } from '@albert-web/core';
import { allocate, DisposedError, InvalidArgumentError } from '@albert-web/errors';
import { codes, defaultThreads, hasThreads, processors } from '@albert-web/kernels';
import { TrainingModule, type Pointer, type TrainingKernel } from '@albert-web/kernels/training';
import { currentWasmBackend } from '../kernels/wasm-backend.ts';
import { TrainingCrashError } from '../errors.ts';
import { hash } from '../random.ts';
import { sizeOf, type Matrix } from './matrix.ts';

/** The sequences of a pass, and the number of attention heads. */
export interface AttentionShape {
  /** Addresses of `sequences + 1` i32: the first token of each sequence, and (in `queryStarts`) its first query. */
  readonly starts: Pointer;
  readonly queryStarts: Pointer;
  readonly sequences: number;
  /** Length of the longest sequence. */
  readonly longest: number;
  /** Number of attention probabilities per head: the sum of queries times tokens over all sequences. */
  readonly scores: number;
  readonly heads: number;
}

/** The inputs of attention: `[queries, hidden]` and `[tokens, 2 * hidden]`. */
export interface Projections {
  readonly queries: Matrix;
  readonly keyValues: Matrix;
}

/** Dropout of a matrix. `threshold` comes from `keepThreshold`; 0 for no dropout. */
export interface Drop {
  readonly key: number;
  readonly threshold: number;
  readonly scale: number;
}

/** No dropout. */
export const dropNothing: Drop = { key: 0, threshold: 0, scale: 1 };

/** The initial value of the output, to which the product is added: its current value, zero, or a bias in every row. */
type Start = 'output' | 'zero' | { readonly bias: Matrix };

/** With fewer elements in a layer's largest weight, threads wait for each other longer than they compute. */
const leastShared = 2 ** 16;

/**
 * The training kernels on one or more threads. Every element of a result is computed by one thread, always in the same way, so
 * results are bit-identical for any number of threads.
 */
export class WasmKernels {
  readonly #module: TrainingModule;
  readonly #gemmScratch: Pointer;
  /** Addresses of all matrices. */
  readonly #allocated = new Set<Pointer>();
  #disposed = false;

  private constructor(module: TrainingModule) {
    this.#module = module;
    this.#gemmScratch = module.heap.allocate(module.gemmScratch * module.threads);
  }

  /**
   * Starts the kernels for training with tfjs's WASM backend; undefined on other backends.
   *
   * @param config configuration of the model; very small models use one thread by default
   * @param threads default: one per processor, up to four, if memory can be shared and workers start
   * @throws InvalidArgumentError if that many threads are not possible, TrainingCrashError if they do not start
   */
  static async ofCurrentBackend(config: AlbertConfig, threads?: number): Promise<WasmKernels | undefined> {
    if (!currentWasmBackend()) return undefined;
    checkThreads(threads);
    const start = (count: number): Promise<TrainingModule> =>
      TrainingModule.start(count).catch((error: unknown) => {
        throw new TrainingCrashError('did not start', error);
      });
    if (threads !== undefined) return new WasmKernels(await start(threads));
    const large = config.hidden_size * config.intermediate_size >= leastShared;
    const most = large ? defaultThreads(await processors(), hasThreads()) : 1;
    // A page's Content-Security-Policy may forbid the workers.
    return new WasmKernels(await start(most).catch((error: unknown) => (most > 1 ? start(1) : Promise.reject(error))));
  }

  /** Number of threads that compute, including the caller's. */
  get threads(): number {
    return this.#module.threads;
  }

  /** Ends the threads. */
  dispose(): void {
    this.#disposed = true;
    this.#module.stop();
  }

  /** Allocates a matrix without initializing it. */
  allocate(rows: number, columns: number): Matrix {
    const address = this.#module.heap.allocate(4 * rows * columns);
    this.#allocated.add(address);
    return { address, rows, columns, stride: columns };
  }

  /** Allocates a matrix of zeros. */
  zeros(rows: number, columns: number): Matrix {
    const matrix = this.allocate(rows, columns);
    this.#floats(matrix).fill(0);
    return matrix;
  }

  /** Copies `values` into the kernels' memory and returns the address. */
  integers(values: Int32Array): Pointer {
    const { address } = this.allocate(1, values.length);
    this.#module.heap.int32(address, values.length).set(values);
    return address;
  }

  /** Runs `work`, then frees everything it allocated except for the matrices in `kept`. */
  tidy<T>(work: () => T, kept: (result: T) => readonly Matrix[]): T {
    const before = new Set(this.#allocated);
    const result = work();
    const keep = new Set(kept(result).map(({ address }) => address));
    for (const address of this.#allocated) if (!before.has(address) && !keep.has(address)) this.#free(address);
    return result;
  }

  /** Frees matrices. */
  free(...matrices: readonly Matrix[]): void {
    for (const { address } of matrices) this.#free(address);
  }

  /** Frees all matrices. */
  clear(): void {
    for (const address of this.#allocated) this.#free(address);
  }

  /** Copies `values`, row by row, into a matrix. */
  write(matrix: Matrix, values: Float32Array): void {
    this.#eachRow(matrix, (row, at, length) => row.set(values.subarray(at, at + length)));
  }

  /** Returns a copy of a matrix, row by row. */
  read(matrix: Matrix): Float32Array {
    const values = allocate(Float32Array, sizeOf(matrix));
    this.#eachRow(matrix, (row, at) => values.set(row, at));
    return values;
  }

  /** Copies some rows of `x` into a new matrix. */
  gather(x: Matrix, rows: Int32Array): Matrix {
    const some = this.allocate(rows.length, x.columns);
    const [from, to] = [this.#floats(x), this.#floats(some)];
    rows.forEach((row, index) => {
      to.set(from.subarray(row * x.columns, (row + 1) * x.columns), index * x.columns);
    });
    return some;
  }

  /** Adds rows in place: `sum[rows[i]] += x[i]`. */
  scatterAdd(x: Matrix, rows: Int32Array, sum: Matrix): void {
    const [from, to] = [this.#floats(x), this.#floats(sum)];
    rows.forEach((row, index) => {
      for (let column = 0; column < x.columns; column++) {
        const at = row * x.columns + column;
        to[at] = (to[at] as number) + (from[index * x.columns + column] as number);
      }
    });
  }

  /** Computes `activation(x)`. */
  activate(x: Matrix, activation: Activation): Matrix {
    const y = this.allocate(x.rows, x.columns);
    this.#run('activate', x.address, y.address, sizeOf(x), codes.Activation[activation]);
    return y;
  }

  /** Replaces `dy` by `dy * activation'(x)`. */
  activateGradientInPlace(x: Matrix, dy: Matrix, activation: Activation): Matrix {
    this.#run('activateGradient', x.address, dy.address, dy.address, sizeOf(x), codes.Activation[activation]);
    return dy;
  }

  /** Adds the rows of `x` to `sum`, in place. */
  addColumnSums(x: Matrix, sum: Matrix): void {
    this.#run('addColumnSums', x.address, sum.address, x.rows, x.columns);
  }

  /** Adds `x` to `sum` in place. Shapes must be equal. */
  accumulate(x: Matrix, sum: Matrix): void {
    this.#run('addColumnSums', x.address, sum.address, 1, sizeOf(x));
  }

  /** Computes the context of the queries, `[queries, hidden]`, and the probabilities that the gradient needs. */
  attend(
    { queries, keyValues }: Projections,
    shape: AttentionShape,
    drop: Drop,
  ): { context: Matrix; probabilities: Matrix } {
    const context = this.allocate(queries.rows, queries.columns);
    const probabilities = this.allocate(shape.heads, shape.scores);
    const square = shape.longest ** 2;
    const scratch = this.allocate(this.threads, square);
    this.#run(
      'attend',
      ...operandsOf({ queries, keyValues }, shape),
      context.address,
      probabilities.address,
      scratch.address,
      square,
      ...headsOf(queries, shape),
      ...dropArguments(drop),
    );
    this.free(scratch);
    return { context, probabilities };
  }

  /** Writes the gradients of the projections, from the gradient of `context`. */
  attendGradient(
    { queries, keyValues }: Projections,
    gradients: Projections,
    probabilities: Matrix,
    dcontext: Matrix,
    shape: AttentionShape,
    drop: Drop,
  ): void {
    const squares = 2 * shape.longest ** 2;
    const scratch = this.allocate(this.threads, squares);
    this.#run(
      'attendGradient',
      ...operandsOf({ queries, keyValues }, shape),
      probabilities.address,
      dcontext.address,
      gradients.queries.address,
      gradients.keyValues.address,
      scratch.address,
      squares,
      ...headsOf(queries, shape),
      ...dropArguments(drop),
    );
    this.free(scratch);
  }

  /**
   * Applies dropout to `x`. Returns `x` itself if there is no dropout.
   *
   * @param rows indices of the rows of `x` in the full matrix, since the mask depends on an element's index there
   */
  dropout(x: Matrix, drop: Drop, rows?: Int32Array): Matrix {
    if (drop.threshold === 0) return x;
    const y = this.allocate(x.rows, x.columns);
    if (!rows) {
      this.#run('dropout', x.address, y.address, sizeOf(x), ...dropArguments(drop));
      return y;
    }
    const [from, to] = [this.#floats(x), this.#floats(y)];
    const scale = Math.fround(drop.scale);
    rows.forEach((row, index) => {
      for (let column = 0; column < x.columns; column++) {
        const at = index * x.columns + column;
        to[at] = hash(drop.key, row * x.columns + column) < drop.threshold ? (from[at] as number) * scale : 0;
      }
    });
    return y;
  }

  /** Computes LayerNorm of `x + residual`. The gradient needs `normal` and `inverse`. */
  layerNorm(
    x: Matrix,
    residual: Matrix,
    gamma: Matrix,
    beta: Matrix,
    epsilon: number,
  ): { output: Matrix; normal: Matrix; inverse: Matrix } {
    const [output, normal] = [this.allocate(x.rows, x.columns), this.allocate(x.rows, x.columns)];
    const inverse = this.allocate(1, x.rows);
    const pointers = [x, residual, gamma, beta, output, normal, inverse].map(({ address }) => address);
    this.#run('layerNorm', ...pointers, x.rows, x.columns, epsilon);
    return { output, normal, inverse };
  }

  /** Computes the gradient of `x + residual`. Adds to `dgamma` and `dbeta` in place. */
  layerNormGradient(dy: Matrix, normal: Matrix, inverse: Matrix, gamma: Matrix, dgamma: Matrix, dbeta: Matrix): Matrix {
    const dx = this.allocate(dy.rows, dy.columns);
    const pointers = [dy, normal, inverse, gamma, dx, dgamma, dbeta].map(({ address }) => address);
    this.#run('layerNormGradient', ...pointers, dy.rows, dy.columns);
    return dx;
  }

  /** Computes `x W + b`, `[rows, in] -> [rows, out]`. */
  linear(x: Matrix, weight: Matrix, bias: Matrix): Matrix {
    const y = this.allocate(x.rows, weight.columns);
    this.#gemm(x, weight, y, x.columns, { bias });
    return y;
  }

  /** Computes the gradient of `x` in `y = x W`: `dy W^T`. */
  linearInputGradient(dy: Matrix, weight: Matrix): Matrix {
    const dx = this.allocate(dy.rows, weight.rows);
    this.#gemm(dy, transposed(weight), dx, weight.columns, 'zero');
    return dx;
  }

  /** Adds `x^T dy`, the gradient of `W`, to `dweight` in place. */
  addWeightGradient(x: Matrix, dy: Matrix, dweight: Matrix): void {
    this.#gemm(transposed(x), dy, dweight, x.rows, 'output');
  }

  /** Computes `out = start + a b`, where `depth` is the inner dimension. */
  #gemm(a: Matrix | Transposed, b: Matrix | Transposed, out: Matrix, depth: number, start: Start): void {
    const operands = [a, b].flatMap((operand) =>
      'transposed' in operand
        ? [operand.transposed.address, 1, operand.transposed.stride]
        : [operand.address, operand.stride, 1],
    );
    const [code, bias] =
      typeof start === 'string' ? [codes.GemmStart[start], 0] : [codes.GemmStart.bias, start.bias.address];
    const sizes = [out.address, out.stride, out.rows, out.columns, depth];
    this.#run('gemm', ...operands, ...sizes, code, bias, this.#gemmScratch);
  }

  /** Runs a kernel. @throws DisposedError, TrainingCrashError */
  #run(kernel: TrainingKernel, ...args: readonly number[]): void {
    if (this.#disposed) throw new DisposedError('the trainer');
    try {
      this.#module.run(kernel, ...args);
    } catch (error) {
      throw new TrainingCrashError('stopped working', error);
    }
  }

  #free(address: Pointer): void {
    this.#module.heap.free(address);
    this.#allocated.delete(address);
  }

  /** Returns a view of a contiguous matrix, valid until the next allocation. */
  #floats(matrix: Matrix): Float32Array {
    return this.#module.heap.float32(matrix.address, sizeOf(matrix));
  }

  /** Calls `visit` with each row and its offset in a contiguous copy. A contiguous matrix is visited as one row. */
  #eachRow(matrix: Matrix, visit: (row: Float32Array, at: number, length: number) => void): void {
    const whole = matrix.stride === matrix.columns;
    const length = whole ? sizeOf(matrix) : matrix.columns;
    for (let row = 0; row < (whole ? 1 : matrix.rows); row++) {
      const { heap } = this.#module;
      visit(heap.float32(matrix.address + 4 * row * matrix.stride, length), row * length, length);
    }
  }
}

interface Transposed {
  readonly transposed: Matrix;
}

function transposed(matrix: Matrix): Transposed {
  return { transposed: matrix };
}

/** @throws InvalidArgumentError */
function checkThreads(threads: number | undefined): void {
  if (threads === undefined || threads === 1) return;
  const whole = Number.isInteger(threads) && threads > 0;
  if (whole && hasThreads()) return;
  throw new InvalidArgumentError({
    problem: `threads is ${threads}`,
    expected: whole ? 'Expected 1, because memory cannot be shared here' : 'Expected a positive integer',
    remedy: whole ? 'Serve the page with COOP and COEP headers, or leave out the option' : 'Correct the option',
  });
}

function operandsOf({ queries, keyValues }: Projections, { starts, queryStarts }: AttentionShape): number[] {
  return [queries.address, queries.stride, queryStarts, keyValues.address, keyValues.stride, starts];
}

/** Returns the number of sequences, the number of heads, and the size of a head. */
function headsOf(queries: Matrix, { sequences, heads }: AttentionShape): number[] {
  return [sequences, heads, queries.columns / heads];
}

function dropArguments({ key, threshold, scale }: Drop): [number, number, number] {
  return [key, threshold, scale];
}
