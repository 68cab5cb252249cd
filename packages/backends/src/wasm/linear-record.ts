/** Allocates the record and the memory of a linear layer, which `linear.ts` and `four-bits.ts` fill in. */
import { int4GroupSize } from '@albert-web/core';
import { codes, type Heap, type RecordOf } from '@albert-web/kernels';
import { f32Dot, isF32, type Dot } from './dot.ts';
import { panelSize, placeOf, type WeightOrder } from './panels.ts';

export type LinearRecord = RecordOf<'Linear'>;

/** A name of `codes.Activation`. */
export type ActivationName = keyof typeof codes.Activation;

/** Columns of a linear layer's input that are multiplied in f32. */
export interface PackedOutliers {
  /** Address of the `Outliers` record. */
  readonly address: number;
  /** Indices of the padded columns; a multiple of the panel size. */
  readonly columns: readonly number[];
}

/** How a linear layer computes. */
export interface LinearOptions {
  /** The inner product. If it is an f32 one, stored int8 and 4-bit weights are converted to f32 as they are read. */
  readonly dot: Dot;
  /** Default: none. */
  readonly activation?: ActivationName;
  /** Default: none. */
  readonly outliers?: PackedOutliers | undefined;
}

/** A linear layer as stored in the checkpoint. */
export interface Matrix {
  /** Number of columns of the weights. */
  readonly inputs: number;
  /**
   * Reads the weights of one output, which are whole numbers if there are scales. One row at a time, because a whole matrix in
   * f32 would take eight times the memory of a stored one in 4 bits.
   *
   * @param into may be used for the result
   */
  readonly readRow: (output: number, into: Float32Array<ArrayBuffer>) => Float32Array;
  /** One scale per output. */
  readonly scales?: Float32Array;
  readonly bias: Float32Array;
}

/** A name of `codes.WeightStorage`. */
type WeightStorage = keyof typeof codes.WeightStorage;

/** Sizes of each storage: bytes per weight, and per multiple of a group. `scaled`: whether outputs have scales. */
const storages = {
  f32: { weightBytes: 4, multipleBytes: 0, scaled: false },
  q8: { weightBytes: 1, multipleBytes: 0, scaled: true },
  widened: { weightBytes: 1, multipleBytes: 0, scaled: true },
  q4: { weightBytes: 0.5, multipleBytes: 2, scaled: true },
  widened4: { weightBytes: 0.5, multipleBytes: 4, scaled: false },
} as const satisfies Record<WeightStorage, { weightBytes: number; multipleBytes: number; scaled: boolean }>;

const storageNames = Object.keys(storages) as WeightStorage[];

/** Allocates a linear layer, with all weights zero. @param count packed columns of the output */
export function allocateLinear(
  heap: Heap,
  count: number,
  inputs: Int32Array,
  storage: WeightStorage,
  { dot, activation = 'none', outliers }: LinearOptions,
): LinearRecord {
  const { weightBytes, multipleBytes, scaled } = storages[storage];
  const size = count * inputs.length;
  return {
    weights: heap.allocate(size * weightBytes),
    bias: heap.allocate(count * 4),
    storage: codes.WeightStorage[storage],
    scales: scaled ? heap.allocate(count * 4) : 0,
    multiples: multipleBytes ? heap.allocate((size / int4GroupSize) * multipleBytes) : 0,
    sums: isF32(dot) ? 0 : heap.allocate(count * 4),
    inputPanels: inputs.length / panelSize,
    outputPanels: count / panelSize,
    activation: codes.Activation[activation],
    outliers: outliers?.address ?? 0,
    outlierWeights: outliers ? heap.allocate(count * outliers.columns.length * 4) : 0,
  };
}

/** Calls `pack` for every packed column that has an output, and `finish` after each panel with its first column. */
export function forEachColumn<M>(
  matrices: readonly M[],
  outputs: Int32Array,
  pack: (matrix: M, output: number, column: number) => void,
  finish: (firstColumn: number) => void = () => undefined,
): void {
  matrices.forEach((matrix, part) => {
    outputs.forEach((output, index) => {
      const column = part * outputs.length + index;
      if (output >= 0) pack(matrix, output, column);
      if (column % panelSize === panelSize - 1) finish(column + 1 - panelSize);
    });
  });
}

/** Returns functions that write what a record has for each column besides its weights. */
export function columnsOf(heap: Heap, record: LinearRecord, outliers: PackedOutliers | undefined) {
  const count = record.outputPanels * panelSize;
  const bias = heap.float32(record.bias, count);
  const scales = heap.float32(record.scales, record.scales ? count : 0);
  const sums = heap.int32(record.sums, record.sums ? count : 0);
  const apart = outliers?.columns ?? [];
  const outlierWeights = heap.float32(record.outlierWeights, count * apart.length);
  return {
    bias(column: number, value = 0) {
      bias[column] = value;
    },
    scale(column: number, value = 0) {
      scales[column] = value;
    },
    quantized(column: number, { scale, sum }: { readonly scale: number; readonly sum: number }) {
      scales[column] = scale;
      sums[column] = sum;
    },
    /** Writes outlier weights. @param values the weights of one output, for all inputs, without their scale */
    outliers(column: number, values: Float32Array, scale = 1) {
      const within = column % panelSize;
      const panel = (column - within) * apart.length;
      for (let i = 0; i < apart.length; i++) {
        const place = placeOf(f32Dot.weightOrder, i, within, apart.length);
        outlierWeights[panel + place] = scale * (values[apart[i] ?? NaN] ?? 0);
      }
    },
  };
}

/**
 * Stores the weights of one output in its panel. The panel is always an array of floats, which is then copied: a loop that writes
 * sometimes to floats and sometimes to bytes takes three times as long in JavaScriptCore, and tens of megabytes of code.
 */
export function packColumn(
  row: Float32Array,
  panel: Float32Array,
  column: number,
  { group, groupAt }: WeightOrder,
): void {
  const within = column % panelSize;
  for (let k = 0; k < row.length; k += group) {
    const at = groupAt(k, within, row.length);
    for (let i = 0; i < group; i++) panel[at + i] = row[k + i] ?? 0;
  }
}

/** Returns the outputs from panel `first` to panel `last` of a packed linear layer; they share its memory. */
export function outputPanels(
  record: LinearRecord,
  first: number,
  last: number,
  outliers: PackedOutliers | undefined,
): LinearRecord {
  const columns = first * panelSize;
  const size = columns * record.inputPanels * panelSize;
  const { weightBytes, multipleBytes } = storageOf(record);
  return {
    ...record,
    weights: record.weights + size * weightBytes,
    multiples: record.multiples + (size / int4GroupSize) * multipleBytes,
    bias: record.bias + columns * 4,
    scales: record.scales && record.scales + columns * 4,
    sums: record.sums && record.sums + columns * 4,
    outlierWeights: record.outlierWeights + columns * (outliers?.columns.length ?? 0) * 4,
    outputPanels: last - first,
  };
}

function storageOf({ storage }: LinearRecord): (typeof storages)[WeightStorage] {
  const name = storageNames.find((candidate) => codes.WeightStorage[candidate] === storage);
  if (name) return storages[name];
  throw new TypeError(`no weights are stored as ${storage}`);
}
