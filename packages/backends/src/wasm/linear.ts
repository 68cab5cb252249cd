/** Packs the weights of linear layers and LayerNorms into the module's memory. */
import { allocate } from '@albert-web/errors';
import type { WeightReader } from '@albert-web/core';
import { addRecord, type Heap } from '@albert-web/kernels';
import { isF32 } from './dot.ts';
import { keepsGroups, packFourBits, type Int4Matrix } from './four-bits.ts';
import {
  allocateLinear,
  columnsOf,
  forEachColumn,
  packColumn,
  type LinearOptions,
  type LinearRecord,
  type Matrix,
} from './linear-record.ts';
import { panelSize, panelsOf } from './panels.ts';
import { maxSumOfFour, roundRow } from './rounding.ts';

/** Reads a linear layer. @param kept the formats that stay as they are stored; others are converted to f32 */
export function readMatrix(
  weights: WeightReader,
  name: string,
  kept: { readonly int8: boolean; readonly int4: boolean },
  bias = weights.float32(`${name}.bias`),
): Matrix | Int4Matrix {
  const path = `${name}.weight`;
  const inputs = weights.shape(path)?.[1] ?? NaN;
  const int8 = kept.int8 ? weights.int8(path) : undefined;
  if (int8) {
    const { values, scales } = int8;
    const readRow: Matrix['readRow'] = (output, into) => {
      into.set(values.subarray(output * inputs, (output + 1) * inputs));
      return into;
    };
    return { inputs, readRow, scales, bias };
  }
  const int4 = kept.int4 ? weights.int4(path) : undefined;
  const readRow: Matrix['readRow'] = (output, into) => weights.rows(path, [output], into);
  return { inputs, readRow, bias, ...(int4 && { int4 }) };
}

const isInt4 = (matrix: Matrix | Int4Matrix): matrix is Int4Matrix => 'int4' in matrix;

/** Packs one or more matrices over the same inputs, with their padded outputs side by side. */
export function packLinear(
  heap: Heap,
  matrices: readonly (Matrix | Int4Matrix)[],
  outputs: Int32Array,
  inputs: Int32Array,
  options: LinearOptions,
): LinearRecord {
  if (matrices.every(isInt4) && keepsGroups(inputs)) return packFourBits(heap, matrices, outputs, inputs, options);
  return packValues(heap, matrices, outputs, inputs, options);
}

/** Packs weights that are multiplied as they are stored, or rounded to int8 here. */
function packValues(
  heap: Heap,
  matrices: readonly Matrix[],
  outputs: Int32Array,
  inputs: Int32Array,
  options: LinearOptions,
): LinearRecord {
  const { dot, outliers } = options;
  const quantized = !isF32(dot);
  const storage = quantized ? 'q8' : matrices.every(({ scales }) => scales) ? 'widened' : 'f32';
  const size = matrices.length * outputs.length * inputs.length;
  const record = allocateLinear(heap, matrices.length * outputs.length, inputs, storage, options);
  const target = storage === 'f32' ? heap.float32(record.weights, size) : heap.int8(record.weights, size);
  const put = columnsOf(heap, record, outliers);
  const most = maxSumOfFour(dot);
  // The same arrays for all outputs: new ones for each would create garbage of eight times the size of the weights.
  const exact = allocate(Float32Array, inputs.length);
  const rounded = allocate(Float32Array, inputs.length);
  const row = allocate(Float32Array, matrices[0]?.inputs ?? 0);
  const panel = allocate(Float32Array, panelSize * inputs.length);
  const pack = (matrix: Matrix, output: number, column: number): void => {
    const stored = matrix.scales?.[output];
    gatherRow(matrix.readRow(output, row), inputs, exact);
    put.bias(column, matrix.bias[output]);
    put.outliers(column, exact, stored);
    for (const input of outliers?.columns ?? []) exact[input] = 0;
    if (storage === 'q8') put.quantized(column, roundRow(exact, stored, most, rounded));
    else if (storage === 'widened') put.scale(column, stored);
    packColumn(quantized ? rounded : exact, panel, column, dot.weightOrder);
  };
  forEachColumn(matrices, outputs, pack, (firstColumn) => {
    target.set(panel, firstColumn * inputs.length);
    panel.fill(0);
  });
  return record;
}

/** Copies a row in the order of the padded inputs. */
function gatherRow(row: Float32Array, inputs: Int32Array, padded: Float32Array): void {
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i] ?? -1;
    padded[i] = input < 0 ? 0 : (row[input] ?? 0);
  }
}

/** Returns, for every packed column, the column it comes from, or -1 for padding. */
export function columns(size: number): Int32Array {
  return Int32Array.from({ length: panelsOf(size) * panelSize }, (_, column) => (column < size ? column : -1));
}

/** Packs a LayerNorm over `size` columns. @returns the address of its `Norm` */
export function packNorm(heap: Heap, weights: WeightReader, name: string, size: number): number {
  const [weight, bias] = ['weight', 'bias'].map((part) => {
    const address = heap.allocate(panelsOf(size) * panelSize * 4);
    heap.float32(address, size).set(weights.float32(`${name}.${part}`));
    return address;
  }) as [number, number];
  return addRecord(heap, 'Norm', { weight, bias, size });
}
