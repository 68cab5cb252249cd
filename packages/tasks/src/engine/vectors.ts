/** Arithmetic on embeddings, on the host. */
import { checkArgument, InvalidArgumentError, oneOf, type Rule } from '@albert-web/errors';

const vector: Rule = {
  expected: 'a vector of finite numbers',
  accepts: (value) => isNumbers(value) && Array.from(value).every((number) => Number.isFinite(number)),
};

const isNumbers = (value: unknown): value is ArrayLike<number> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);

/**
 * Computes the cosine of the angle between two vectors of the same length, in double precision; 0 if one of them is zero.
 *
 * @throws InvalidArgumentError for vectors of different lengths, and for anything but finite numbers.
 */
export function cosine(a: Float32Array, b: Float32Array): number {
  checkArgument('a', a, vector);
  checkArgument('b', b, vector);
  if (a.length !== b.length) {
    throw new InvalidArgumentError({
      problem: `The vectors have ${a.length} and ${b.length} numbers`,
      expected: 'Expected as many in both',
      remedy: 'Compare embeddings of one model',
    });
  }
  let dot = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    dot += x * y;
    squaresA += x * x;
    squaresB += y * y;
  }
  return dot / (Math.sqrt(squaresA * squaresB) || 1);
}

/** Computes the mean of those rows of a matrix `[rows, width]` whose `mask` is not 0. Returns zeros if there are none. */
export function meanOfRows(matrix: Float32Array, mask: ArrayLike<number>, width: number): Float32Array {
  const sums = new Float64Array(width);
  let rows = 0;
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] === 0) continue;
    rows++;
    for (let i = 0; i < width; i++) sums[i] = (sums[i] ?? 0) + (matrix[row * width + i] ?? 0);
  }
  return Float32Array.from(sums, (sum) => sum / Math.max(rows, 1));
}

/** Computes the largest value of each column of a matrix `[rows, width]`, among the rows whose `mask` is not 0. */
export function maxOfRows(matrix: Float32Array, mask: ArrayLike<number>, width: number): Float32Array {
  const largest = new Float32Array(width).fill(-1e9);
  for (let row = 0; row < mask.length; row++) {
    if (mask[row] === 0) continue;
    for (let i = 0; i < width; i++) largest[i] = Math.max(largest[i] ?? 0, matrix[row * width + i] ?? 0);
  }
  return largest;
}

/** Scales a vector to length 1. A zero vector stays zero. */
export function toUnitLength(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

/**
 * Quantizes an embedding to one bit per number: whether it is positive, the first number in the highest bit. The result has
 * 1/32 of the embedding's size, and is compared by counting the bits that differ. `binary` subtracts 128 from each byte and
 * returns an Int8Array, for indexes that do not support unsigned bytes.
 *
 * Source: sentence-transformers `quantize_embeddings`.
 *
 * @throws InvalidArgumentError if the size is not a multiple of 8, for another precision, and for anything but finite numbers
 */
export function quantizeEmbedding(embedding: Float32Array, precision: 'binary'): Int8Array;
export function quantizeEmbedding(embedding: Float32Array, precision: 'ubinary'): Uint8Array;
export function quantizeEmbedding(embedding: Float32Array, precision: 'binary' | 'ubinary'): Int8Array | Uint8Array {
  checkArgument('embedding', embedding, vector);
  checkArgument('precision', precision, oneOf(['binary', 'ubinary']));
  if (embedding.length % 8 !== 0) {
    throw new InvalidArgumentError({
      problem: `An embedding has ${embedding.length} numbers`,
      expected: 'Expected a multiple of 8, a byte each',
      remedy: 'Keep it in float32',
    });
  }
  const bytes = new Uint8Array(embedding.length / 8);
  embedding.forEach((value, i) => {
    if (value > 0) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (128 >> (i & 7));
  });
  return precision === 'ubinary' ? bytes : Int8Array.from(bytes, (byte) => byte - 128);
}
