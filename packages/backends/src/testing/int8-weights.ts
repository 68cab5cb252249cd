/** Weights as stored in a q8 file, so that f32 and q8 start from the same numbers. */
import type { WeightReader, WeightSpec } from '@albert-web/core';
import { matrixRows, randomWeights, type Random } from '@albert-web/testing';

type Values = Float32Array<ArrayBuffer>;

/** Makes random int8 weights. @param adjust changes a vector, or the scales of a matrix, in place */
export function int8Weights(
  specs: readonly WeightSpec[],
  random: Random,
  adjust: (name: string, values: Values) => Values = (_, values) => values,
): WeightReader {
  const plain = randomWeights(specs, random, 0.02);
  const matrices = new Map<string, { values: Int8Array<ArrayBuffer>; scales: Values }>();
  const vectors = new Map<string, Values>();
  for (const { name, shape } of specs) {
    const [rows = 0, columns = 1] = shape;
    if (shape.length === 1) vectors.set(name, adjust(name, plain.float32(name)));
    else if (!name.startsWith('embeddings')) {
      const values = Int8Array.from({ length: rows * columns }, () => random.integer(-127, 128));
      matrices.set(name, { values, scales: adjust(name, new Float32Array(rows).fill(0.05 / 127)) });
    }
  }
  const float32 = (name: string): Values => {
    const matrix = matrices.get(name);
    if (!matrix) return vectors.get(name) ?? plain.float32(name);
    const columns = matrix.values.length / matrix.scales.length;
    return Float32Array.from(matrix.values, (value, i) => value * (matrix.scales[Math.floor(i / columns)] ?? NaN));
  };
  const whole = new Map([...matrices.keys()].map((name) => [name, float32(name)]));
  return {
    shape: (name) => plain.shape(name),
    rows(name, rows) {
      const values = whole.get(name);
      if (!values) return plain.rows(name, rows);
      return matrixRows(values, plain.shape(name)?.[1] ?? 1, rows);
    },
    int8: (name) => matrices.get(name),
    int4: () => undefined,
    float32: (name) => whole.get(name) ?? float32(name),
  };
}
