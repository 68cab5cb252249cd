/** Weights as stored in a q4 file, and the same weights unpacked, so that both start from the same numbers. */
import { int4GroupSize, type WeightReader, type WeightSpec } from '@albert-web/core';
import { matrixRows, randomWeights, type Random } from '@albert-web/testing';

type Int4 = NonNullable<ReturnType<WeightReader['int4']>>;

/** The same weights, in 4 bits and in f32. */
export interface Int4Weights {
  readonly stored: WeightReader;
  readonly dequantized: WeightReader;
  /** Bytes in a file, where scales have two bytes each. */
  readonly fileBytes: number;
}

/**
 * Makes weights of random nibbles, and signed scales that differ from group to group. Row 3 of every matrix is zero in one group.
 * Matrices whose columns do not fill groups, and classifiers, are not packed.
 */
export function int4Weights(specs: readonly WeightSpec[], random: Random): Int4Weights {
  const plain = randomWeights(specs, random, 0.05);
  const matrices = new Map<string, Int4>();
  let fileBytes = 0;
  for (const { name, shape } of specs) {
    const [rows = 0, columns = 1] = shape;
    if (shape.length !== 2 || columns % int4GroupSize !== 0 || name.startsWith('classifier')) {
      fileBytes += 4 * rows * columns;
      continue;
    }
    const packed = Uint8Array.from({ length: (rows * columns) / 2 }, () => random.integer(0, 256));
    if (rows > 3) packed.fill(0x88, (3 * columns) / 2, (3 * columns) / 2 + int4GroupSize / 2);
    // Multiples of 2^-12 fit into 16 bits, like the scales in a file.
    const scales = Float32Array.from({ length: (rows * columns) / int4GroupSize }, (_, group) => {
      return (group % 3 === 0 ? -1 : 1) * random.integer(8, 33) * 2 ** -12;
    });
    matrices.set(name, { packed, scales });
    fileBytes += packed.length + 2 * scales.length;
  }
  const values = new Map(Array.from(matrices, ([name, matrix]) => [name, dequantize(matrix)]));
  const stored: WeightReader = {
    shape: (name) => plain.shape(name),
    rows: (name, rows) => matrixRows(stored.float32(name), plain.shape(name)?.[1] ?? 0, rows),
    int8: () => undefined,
    int4: (name) => matrices.get(name),
    float32: (name) => values.get(name) ?? plain.float32(name),
  };
  return { stored, dequantized: { ...stored, int4: () => undefined }, fileBytes };
}

function dequantize({ packed, scales }: Int4): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: 2 * packed.length }, (_, i) => {
    const byte = packed[i >> 1] ?? NaN;
    return ((i % 2 === 0 ? byte & 15 : byte >> 4) - 8) * (scales[Math.floor(i / int4GroupSize)] ?? NaN);
  });
}
