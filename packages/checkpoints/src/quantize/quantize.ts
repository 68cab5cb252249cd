import { float32ToHalf, halfToFloat32, int4GroupSize, storedFormats, type WrittenFormat } from '@albert-web/core';
import { InvalidArgumentError } from '@albert-web/errors';
import { type Checkpoint, type StoredTensor } from '../checkpoint.ts';
import { bytesOf } from '../dtype.ts';
import { dequantizeInt4, quantizeInt4 } from './int4.ts';
import { dequantizeInt8, quantizeInt8 } from './int8.ts';
import { modelTensors, readValues, scaleName, weightShape } from './stored.ts';

/** The quantization error of a tensor. */
export interface TensorError {
  readonly name: string;
  /** The tensor's new format. Small or oddly shaped tensors keep more bits than requested. */
  readonly precision: WrittenFormat;
  /** Largest absolute difference. */
  readonly maxAbsError: number;
  /** Root mean square of the differences, divided by that of the weights. */
  readonly relativeError: number;
}

/** The result of a conversion. */
export interface QuantizationReport {
  readonly precision: WrittenFormat;
  /** Bytes of all tensors before and after. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Tensors with an error, largest relative error first. */
  readonly tensors: readonly TensorError[];
}

/** Matrices with fewer elements stay int8 in a 4-bit checkpoint: they take little space, and heads are among them. */
const smallMatrix = 2 ** 17;

/**
 * Converts a checkpoint's floating-point weights to another precision, without calibration data.
 *
 * `q8` and `q4` apply to matrices, embeddings included; vectors (biases, LayerNorm) stay f32. `f32` converts a quantized
 * checkpoint to plain weights that other tools can read. Integer tensors are kept.
 *
 * @throws InvalidArgumentError when a weight does not fit in f16; TensorFormatError for an invalid quantized checkpoint
 */
export function quantizeCheckpoint(
  { tensors, metadata }: Checkpoint,
  precision: WrittenFormat,
): { readonly checkpoint: Checkpoint; readonly report: QuantizationReport } {
  const converted = modelTensors(tensors).map((tensor) => {
    if (tensor.dtype === 'I64' || tensor.dtype === 'I32' || tensor.dtype === 'BOOL') return { stored: [tensor] };
    return store(tensor.name, weightShape(tensors, tensor), readValues(tensors, tensor), precision);
  });
  const stored = converted.flatMap(({ stored }) => stored);
  const errors = converted.flatMap(({ error }) => (error && error.maxAbsError > 0 ? [error] : []));
  const { quantization: _, ...others } = metadata;
  return {
    checkpoint: {
      tensors: new Map(stored.map((tensor) => [tensor.name, tensor])),
      metadata: storedFormats[precision].quantized ? { ...others, quantization: precision } : others,
    },
    report: {
      precision,
      bytesBefore: totalBytes(tensors.values()),
      bytesAfter: totalBytes(stored),
      tensors: errors.sort((a, b) => b.relativeError - a.relativeError),
    },
  };
}

interface Stored {
  readonly stored: readonly StoredTensor[];
  readonly error?: TensorError;
}

function store(
  name: string,
  shape: readonly number[],
  values: Float32Array<ArrayBuffer>,
  wanted: WrittenFormat,
): Stored {
  return writers[precisionFor(shape, wanted)](name, shape, values);
}

type Write = (name: string, shape: readonly number[], values: Float32Array<ArrayBuffer>) => Stored;

const writers: Readonly<Record<WrittenFormat, Write>> = {
  f32: (name, shape, values) => ({ stored: [{ name, shape, dtype: 'F32', bytes: bytesOf(values) }] }),
  f16: storeHalf,
  q8: storeInt8,
  q4: storeInt4,
};

function storeHalf(name: string, shape: readonly number[], values: Float32Array): Stored {
  const halves = float32ToHalf(values);
  const error = compare(name, 'f16', values, halfToFloat32(halves));
  if (!Number.isFinite(error.maxAbsError)) throw beyondHalf(name);
  return { stored: [{ name, shape, dtype: 'F16', bytes: bytesOf(halves) }], error };
}

function storeInt8(name: string, shape: readonly number[], values: Float32Array): Stored {
  const [rows = 1] = shape;
  const quantized = quantizeInt8(values, rows);
  return {
    stored: [
      { name, shape, dtype: 'I8', bytes: bytesOf(quantized.values) },
      { name: scaleName(name), shape: [rows], dtype: 'F32', bytes: bytesOf(quantized.scales) },
    ],
    error: compare(name, 'q8', values, dequantizeInt8(quantized)),
  };
}

function storeInt4(name: string, shape: readonly number[], values: Float32Array): Stored {
  const [rows = 1, columns = 1] = shape;
  const quantized = quantizeInt4(values);
  return {
    stored: [
      { name, shape: [rows, columns / 2], dtype: 'U8', bytes: quantized.packed },
      { name: scaleName(name), shape: [rows, columns / int4GroupSize], dtype: 'F16', bytes: bytesOf(quantized.scales) },
    ],
    error: compare(name, 'q4', values, dequantizeInt4(quantized)),
  };
}

function precisionFor(shape: readonly number[], wanted: WrittenFormat): WrittenFormat {
  if (!storedFormats[wanted].quantized) return wanted;
  const [rows = 0, columns = 0] = shape;
  if (shape.length !== 2 || rows * columns === 0) return 'f32';
  return wanted === 'q4' && (columns % int4GroupSize !== 0 || rows * columns < smallMatrix) ? 'q8' : wanted;
}

function compare(name: string, precision: WrittenFormat, before: Float32Array, after: Float32Array): TensorError {
  let maxAbsError = 0;
  let squares = 0;
  let errors = 0;
  for (let i = 0; i < before.length; i++) {
    const value = before[i] ?? 0;
    const difference = Math.abs(value - (after[i] ?? 0));
    if (difference > maxAbsError) maxAbsError = difference;
    squares += value * value;
    errors += difference * difference;
  }
  return { name, precision, maxAbsError, relativeError: squares === 0 ? 0 : Math.sqrt(errors / squares) };
}

function totalBytes(tensors: Iterable<StoredTensor>): number {
  let total = 0;
  for (const { bytes } of tensors) total += bytes.length;
  return total;
}

function beyondHalf(name: string): InvalidArgumentError {
  return new InvalidArgumentError({
    problem: `Tensor "${name}" holds values beyond 65,504`,
    expected: 'Expected weights that fit in f16',
    remedy: 'Keep f32, or quantize to q8',
  });
}
