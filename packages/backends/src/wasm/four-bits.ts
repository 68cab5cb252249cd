/** Packs 4-bit weights, which stay in 4 bits in memory: see assembly/inference/unpack.ts in `packages/kernels`. */
import { allocate } from '@albert-web/errors';
import { int4GroupSize, type WeightReader } from '@albert-web/core';
import type { Heap } from '@albert-web/kernels';
import { isF32 } from './dot.ts';
import {
  allocateLinear,
  columnsOf,
  forEachColumn,
  type LinearOptions,
  type LinearRecord,
  type Matrix,
} from './linear-record.ts';
import { panelSize } from './panels.ts';
import { maxFourIn, maxSumOfFour, sumOf } from './rounding.ts';

/** A matrix as `WeightReader.int4` returns it. */
export type Int4 = NonNullable<ReturnType<WeightReader['int4']>>;

/** Subtracted from a nibble to get its signed value. */
const middle = 8;

/** The fixed-point unit of a multiple in `unpackToIntegers`. */
const multipleUnit = 128;

/** A linear layer in 4 bits. Its rows are read in f32 if it cannot stay so: inputs are padded or do not fill their groups. */
export interface Int4Matrix extends Matrix {
  readonly int4: Int4;
}

/** Returns whether the inputs are in the order of the file and fill its groups. */
export function keepsGroups(inputs: Int32Array): boolean {
  return inputs.length % int4GroupSize === 0 && inputs.every((input, index) => input === index);
}

/** Packs 4-bit weights, which the kernels unpack panel by panel just before they multiply: an eighth of f32's memory. */
export function packFourBits(
  heap: Heap,
  matrices: readonly Int4Matrix[],
  outputs: Int32Array,
  inputs: Int32Array,
  options: LinearOptions,
): LinearRecord {
  const { dot, outliers } = options;
  const storage = isF32(dot) ? 'widened4' : 'q4';
  const count = matrices.length * outputs.length;
  const record = allocateLinear(heap, count, inputs, storage, options);
  const target = heap.uint8(record.weights, (count * inputs.length) / 2);
  const groups = inputs.length / int4GroupSize;
  const target16 = heap.int16(record.multiples, storage === 'q4' ? count * groups : 0);
  const target32 = heap.float32(record.multiples, storage === 'q4' ? 0 : count * groups);
  const put = columnsOf(heap, record, outliers);
  const most = maxSumOfFour(dot);
  const nibbles = allocate(Float32Array, inputs.length);
  const multiples = allocate(Int16Array, groups);
  const apart = allocate(Float32Array, inputs.length);
  forEachColumn(matrices, outputs, ({ int4, bias }, output, column) => {
    const scales = scalesOf(int4, output, inputs.length);
    readNibbles(int4, output, nibbles);
    put.bias(column, bias[output]);
    for (const input of outliers?.columns ?? []) {
      apart[input] = (nibbles[input] ?? 0) * (scales[Math.floor(input / int4GroupSize)] ?? 0);
      nibbles[input] = 0;
    }
    put.outliers(column, apart);
    if (storage === 'q4') {
      put.quantized(column, roundGroups(nibbles, scales, most, multiples));
      packGroups(multiples, target16, column);
    } else {
      packGroups(scales, target32, column);
    }
    packNibbles(nibbles, target, column);
  });
  return record;
}

/** Reads one output's weights into `row`, as whole numbers from -8 to 7. */
function readNibbles({ packed }: Int4, output: number, row: Float32Array): void {
  const start = (output * row.length) / 2;
  for (let k = 0; k < row.length; k += 2) {
    const byte = packed[start + k / 2] ?? 0;
    row[k] = (byte & 15) - middle;
    row[k + 1] = (byte >> 4) - middle;
  }
}

/** Returns a view of the scales of one output's groups. */
function scalesOf({ scales }: Int4, output: number, inputs: number): Float32Array {
  const groups = inputs / int4GroupSize;
  return scales.subarray(output * groups, (output + 1) * groups);
}

/**
 * Does what `roundRow` does, for weights that become int8 in the kernels.
 *
 * @param nibbles whole numbers from -8 to 7
 * @param scales one per group
 * @param most the largest allowed sum of four weights of one sign
 * @param multiples receives the kernels' factor for each group
 * @returns the scale of the int8 values, and their sum
 */
function roundGroups(
  nibbles: Float32Array,
  scales: Float32Array,
  most: number,
  multiples: Int16Array,
): { scale: number; sum: number } {
  const rounded = allocate(Float32Array, nibbles.length);
  let step = largestIn(nibbles, scales) / 127 || 1;
  for (;;) {
    for (let group = 0; group < scales.length; group++) {
      // A multiple is out of range only if all of its group is zero.
      const multiple = Math.round(((scales[group] ?? 0) / step) * multipleUnit);
      multiples[group] = Math.max(-32767, Math.min(32767, multiple));
    }
    for (let k = 0; k < nibbles.length; k++) {
      const multiple = multiples[Math.floor(k / int4GroupSize)] ?? 0;
      rounded[k] = Math.floor(((nibbles[k] ?? 0) * multiple) / multipleUnit + 0.5);
    }
    const largest = maxFourIn(rounded);
    if (largest <= most) break;
    step *= largest / most;
  }
  return { scale: step, sum: sumOf(rounded) };
}

function largestIn(nibbles: Float32Array, scales: Float32Array): number {
  let largest = 0;
  for (let k = 0; k < nibbles.length; k++) {
    largest = Math.max(largest, Math.abs((nibbles[k] ?? 0) * (scales[Math.floor(k / int4GroupSize)] ?? 0)));
  }
  return largest;
}

/** Stores one output's weights in its panel, `[group][output][16 bytes]`, a group's first half in the low halves of bytes. */
function packNibbles(nibbles: Float32Array, target: Uint8Array, column: number): void {
  const within = column % panelSize;
  const half = int4GroupSize / 2;
  const panel = ((column - within) * nibbles.length) / 2;
  for (let first = 0; first < nibbles.length; first += int4GroupSize) {
    const at = panel + (first / 2) * panelSize + within * half;
    for (let k = first; k < first + half; k++) {
      target[at + k - first] = (nibbles[k] ?? 0) + middle + 16 * ((nibbles[k + half] ?? 0) + middle);
    }
  }
}

/** Stores one value for each of an output's groups in its panel, `[panel][group][8]`. */
function packGroups(values: ArrayLike<number>, target: Int16Array | Float32Array, column: number): void {
  const within = column % panelSize;
  const panel = (column - within) * values.length;
  for (let group = 0; group < values.length; group++) target[panel + group * panelSize + within] = values[group] ?? 0;
}
