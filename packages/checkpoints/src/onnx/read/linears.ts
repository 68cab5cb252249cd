/**
 * Reads operations that multiply by a weight, in every form that exporters and quantizers write.
 *
 * Source: the operator lists of ONNX (https://onnx.ai/onnx/operators) and of ONNX Runtime (`ContribOperators.md`).
 */
import { allocate, allocateWith } from '@albert-web/errors';
import { cannotConvert } from '../../convert-error.ts';
import { bytesOf } from '../../dtype.ts';
import { isFloat, quantizedValue, readNumbers, sidesOf, unpack, type ConstantValue } from './constant.ts';
import type { GraphNode } from './graph.ts';
import type { Wiring } from './wiring.ts';

/** The weight of a product. */
export interface Matrix {
  readonly value: ConstantValue;
  /** Whether the value is `[in, out]`, instead of Hugging Face's `[out, in]`. */
  readonly byColumns: boolean;
}

/** `x W^T + b` in one operation. A later operation may add the bias. */
export interface Product {
  readonly weight: Matrix;
  readonly bias?: ConstantValue | undefined;
  /** The result. */
  readonly output: string;
}

/** Reads a product. Returns undefined if the operation multiplies two computed values. */
type Read = (node: GraphNode, wiring: Wiring) => Omit<Product, 'output'> | undefined;

/** Readers by operation type. The first input is always the value to multiply. */
const products: Readonly<Record<string, Read>> = {
  MatMul: (node, wiring) => matrix(wiring.constant(node.inputs[1]), true),
  FusedMatMul(node, wiring) {
    requireOne(node, wiring, 'alpha');
    return matrix(wiring.constant(node.inputs[1]), !node.numbers.get('transB'));
  },
  Gemm(node, wiring) {
    requireOne(node, wiring, 'alpha', 'beta');
    if (node.numbers.get('transA')) throw cannotConvert(wiring.file, 'has a Gemm that transposes its first input');
    const product = matrix(wiring.constant(node.inputs[1]), !node.numbers.get('transB'));
    return product && { ...product, bias: wiring.constant(node.inputs[2]) };
  },
  // `bfnd,ndh->bfh` in transformers before 4.3: the input dimensions are heads and their size.
  Einsum(node, wiring) {
    const weight = wiring.constant(node.inputs[1]);
    return weight?.shape.length === 3 ? matrix({ ...weight, shape: [...sidesOf(weight)] }, true) : undefined;
  },
  MatMulInteger: (node, wiring) => matrix(dynamicallyQuantized(node, wiring), true),
  MatMulIntegerToFloat: (node, wiring) => ({
    weight: { value: quantizedOperand(node, wiring, 1, 3, 5), byColumns: true },
    bias: wiring.constant(node.inputs[6]),
  }),
  DynamicQuantizeMatMul: (node, wiring) => ({
    weight: { value: quantizedOperand(node, wiring, 1, 2, 3), byColumns: true },
    bias: wiring.constant(node.inputs[4]),
  }),
  QLinearMatMul: (node, wiring) =>
    wiring.constant(node.inputs[3]) ? matrix(quantizedOperand(node, wiring, 3, 4, 5), true) : undefined,
  QGemm(node, wiring) {
    const value = quantizedOperand(node, wiring, 3, 4, 5);
    return { weight: { value, byColumns: !node.numbers.get('transB') }, bias: accumulatorBias(node, wiring) };
  },
  MatMulNBits: (node, wiring) => ({
    weight: { value: blockQuantized(node, wiring), byColumns: false },
    bias: wiring.constant(node.inputs[5]),
  }),
};

/** Indices of the two operands of a product without a weight. */
export const productOperands: Readonly<Record<string, readonly [left: number, right: number]>> = {
  MatMul: [0, 1],
  FusedMatMul: [0, 1],
  Einsum: [0, 1],
  MatMulInteger: [0, 1],
  QLinearMatMul: [0, 3],
};

/** Reads the weight by which an operation multiplies. @throws ConvertError for unsupported forms */
export function readProduct(node: GraphNode, wiring: Wiring): Product | undefined {
  const read = Object.hasOwn(products, node.type) ? products[node.type] : undefined;
  const product = read?.(node, wiring);
  if (!product) return undefined;
  const [output = ''] = node.outputs;
  return { ...product, output: node.type === 'MatMulInteger' ? dequantized(output, wiring).output : output };
}

function matrix(value: ConstantValue | undefined, byColumns: boolean): Pick<Product, 'weight'> | undefined {
  return value?.shape.length === 2 ? { weight: { value, byColumns } } : undefined;
}

/** Rejects factors other than 1. No exporter writes them, and they would have to be multiplied into the weight. */
function requireOne(node: GraphNode, { file }: Wiring, ...factors: readonly string[]): void {
  for (const factor of factors) {
    const value = node.numbers.get(factor) ?? 1;
    if (value !== 1) throw cannotConvert(file, `has a ${node.type} with ${factor} = ${value}`);
  }
}

/** Reads integers with a scale and a zero point for the whole matrix or for each column. */
function quantizedOperand(node: GraphNode, wiring: Wiring, at: number, scale: number, zero: number): ConstantValue {
  const integers = wiring.weight(node, at);
  const axis = integers.shape.length - 1;
  return quantizedValue(
    integers,
    { scale: wiring.weight(node, scale), zero: wiring.constant(node.inputs[zero]), axis },
    wiring.file,
  );
}

/** Reads the bias of `QGemm`: integers, scaled by the product of both scales. */
function accumulatorBias(node: GraphNode, wiring: Wiring): ConstantValue | undefined {
  const integers = wiring.constant(node.inputs[6]);
  const [input, weight] = [readNumbers(wiring.weight(node, 1)), readNumbers(wiring.weight(node, 4))];
  const scales = weight.map((scale) => scale * (input[0] ?? 0));
  const scale = { sources: [], shape: [scales.length], dtype: 'F32', bytes: bytesOf(scales) } as const;
  return integers && quantizedValue(integers, { scale, axis: integers.shape.length - 1 }, wiring.file);
}

/**
 * Reads the weight of `MatMulInteger`. Its scale is applied later, or it is stored in floats and quantized at run time. Returns
 * undefined for a product of two computed values.
 */
function dynamicallyQuantized(node: GraphNode, wiring: Wiring): ConstantValue | undefined {
  const integers = wiring.constant(node.inputs[1]);
  if (!integers || isFloat(integers)) return integers;
  const { scale } = dequantized(node.outputs[0] ?? '', wiring);
  if (!scale) throw cannotConvert(wiring.file, 'has a MatMulInteger whose scale is not a constant');
  const zero = wiring.constant(node.inputs[3]);
  return quantizedValue(integers, { scale, zero, axis: integers.shape.length - 1 }, wiring.file);
}

/** Finds the scale of the weight in `Mul(Cast(sums), Mul(scale of the values, scale of the weight))`, and the result. */
function dequantized(
  sums: string,
  wiring: Wiring,
): { readonly scale: ConstantValue | undefined; readonly output: string } {
  const next = (value: string, type: string): GraphNode | undefined =>
    wiring.consumers(value).find((node) => node.type === type);
  const cast = next(sums, 'Cast')?.outputs[0] ?? '';
  const product = next(cast, 'Mul');
  const factor = product?.inputs.find((input) => input !== cast) ?? '';
  const factors = wiring.producer(factor)?.inputs ?? [];
  const [scale] = factors.flatMap((input) => wiring.constant(input) ?? []);
  if (product) return { scale, output: product.outputs[0] ?? '' };
  throw cannotConvert(wiring.file, 'has a MatMulInteger whose sums are not scaled');
}

/** Reads the weight of `MatMulNBits`: `[out, blocks, bytes]`, with a scale per block. */
function blockQuantized(node: GraphNode, wiring: Wiring): ConstantValue {
  const attribute = (name: string, otherwise = 0): number => node.numbers.get(name) ?? otherwise;
  const [bits, block, rows, columns] = [
    attribute('bits', 4),
    attribute('block_size'),
    attribute('N'),
    attribute('K'),
  ] as const;
  if (!(bits === 4 || bits === 8) || !(block >= 16) || wiring.constant(node.inputs[4]))
    throw cannotConvert(wiring.file, `has a MatMulNBits of ${bits} bits in blocks of ${block}, or with groups`);
  const packed = wiring.weight(node, 1);
  const blocks = Math.ceil(columns / block);
  const width = blocks * block;
  if (!(rows >= 1 && columns >= 1) || packed.bytes.length * 8 !== rows * width * bits)
    throw cannotConvert(wiring.file, `has ${packed.bytes.length} bytes for a matrix [${rows}, ${columns}]`);
  const all = bits === 4 ? unpack(packed.bytes, rows * width, false) : packed.bytes;
  const integers: ConstantValue = {
    sources: packed.sources,
    shape: [rows, columns],
    dtype: 'U8',
    bytes: width === columns ? all : cut(all, width, columns),
  };
  const zero = zerosOfBlocks(wiring.constant(node.inputs[3]), bits, rows, blocks);
  return quantizedValue(integers, { scale: wiring.weight(node, 2), zero, axis: 1, block }, wiring.file);
}

/** Removes the zero padding of the last block of each row. */
function cut(values: Uint8Array, width: number, columns: number): Uint8Array<ArrayBuffer> {
  return allocateWith(values.length, () => Uint8Array.from(values.filter((_, at) => at % width < columns)));
}

/** Reads the zero points of the blocks, packed row by row like the values. Default: the middle of the range. */
function zerosOfBlocks(zeros: ConstantValue | undefined, bits: number, rows: number, blocks: number): ConstantValue {
  const middle = {
    sources: [],
    shape: [rows * blocks],
    dtype: 'U8',
    bytes: allocate(Uint8Array, rows * blocks).fill(2 ** (bits - 1)),
  } as const;
  if (!zeros || zeros.dtype !== 'U8' || bits === 8) return zeros ?? middle;
  const width = Math.ceil(blocks / 2) * 2;
  return { ...middle, sources: zeros.sources, bytes: cut(unpack(zeros.bytes, rows * width, false), width, blocks) };
}
