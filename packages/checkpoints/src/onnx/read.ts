/** The way back: the weights of an ONNX model that this project wrote. */
import { isTransposed } from '@albert-web/core';
import type { SkippedTensor } from '../albert-tensors.ts';
import { ByteReader } from '../byte-reader.ts';
import type { Checkpoint, DType, StoredTensor } from '../checkpoint.ts';
import { cannotConvert } from '../convert-error.ts';
import { readConfigFile, type ConvertedModel } from '../converted.ts';
import { elementBytes } from '../dtype.ts';
import type { ModelFiles, ReadOptions } from '../files/types.ts';
import { transposeBytes } from '../transpose.ts';
import { elementType, producer } from './proto.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A constant of the graph as the file has it. */
interface Constant {
  readonly name: string;
  readonly type: number;
  readonly shape: readonly number[];
  readonly bytes: Bytes;
}

const dtypes: Readonly<Record<number, DType>> = {
  [elementType.float]: 'F32',
  [elementType.float16]: 'F16',
  [elementType.int8]: 'I8',
  [elementType.int64]: 'I64',
};

/**
 * A folder with a `model.onnx` that `exportOnnx` wrote, beside its `config.json`. What follows a sentence encoder is not
 * read: its modules have files of their own.
 *
 * @throws ConvertError, and what reading the files throws.
 */
export async function convertOnnx(
  files: ModelFiles,
  { file = 'model.onnx', signal }: Pick<ReadOptions, 'signal'> & { readonly file?: string } = {},
): Promise<ConvertedModel> {
  const { checkpoint, skipped } = readOnnx(await files.readBytes(file, { signal }), file);
  return { config: await readConfigFile(files, { signal }), checkpoint, skipped };
}

/** The weights in Hugging Face's layout, as they are stored: f32, f16 or int8 rows with their scales. @throws ConvertError */
export function readOnnx(
  bytes: Bytes,
  file = 'model.onnx',
): { readonly checkpoint: Checkpoint; readonly skipped: readonly SkippedTensor[] } {
  const constants = readConstants(bytes, file);
  const skipped = constants
    .filter(({ name }) => name.startsWith('sentence.'))
    .map(({ name }) => ({ name, reason: 'has a file of its own, which modules.json names' }));
  const weights = constants.filter(({ name }) => isWeight(name)).map((constant) => readWeight(constant, file));
  const tensors = new Map(weights.map((tensor) => [tensor.name, tensor]));
  if (tensors.size === 0) throw cannotConvert(file, 'holds no weights');
  if (tensors.size !== weights.length) throw cannotConvert(file, 'holds a weight twice');
  const quantized = weights.some(({ dtype }) => dtype === 'I8');
  return { checkpoint: { tensors, metadata: { format: 'pt', ...(quantized && { quantization: 'q8' }) } }, skipped };
}

/** Numbers of the graph itself have names such as `scalar 1` and `integers 0 2`. */
const isWeight = (name: string): boolean => !name.includes(' ') && !name.startsWith('sentence.');

function readWeight({ name, type, shape, bytes }: Constant, file: string): StoredTensor {
  const dtype = dtypes[type];
  if (!dtype) throw cannotConvert(file, `stores "${name.slice(0, 200)}" as type ${type}`);
  const size = shape.reduce((product, side) => product * side, elementBytes[dtype]);
  if (shape.length > 2 || size !== bytes.length)
    throw cannotConvert(
      file,
      `has ${bytes.length} bytes for "${name.slice(0, 200)}" [${shape.slice(0, 9).join(', ')}]`,
    );
  if (!isTransposed({ name, shape })) return { name, dtype, shape, bytes };
  const [inputs = 0, outputs = 0] = shape;
  return { name, dtype, shape: [outputs, inputs], bytes: transposeBytes(bytes, inputs, outputs, elementBytes[dtype]) };
}

/** `ModelProto`: producer_name = 2, graph = 7; `GraphProto`: initializer = 5. */
function readConstants(bytes: Bytes, file: string): Constant[] {
  const model = [...readFields(bytes, file)];
  const names = model.flatMap(({ tag, value }) => (tag === 2 && typeof value !== 'number' ? [textOf(value)] : []));
  if (names.at(-1) !== producer) throw cannotConvert(file, `was not written by ${producer}`);
  const graphs = model.flatMap(({ tag, value }) => (tag === 7 && typeof value !== 'number' ? [value] : []));
  return graphs
    .flatMap((graph) => [...readFields(graph, file)])
    .flatMap(({ tag, value }) => (tag === 5 && typeof value !== 'number' ? [readConstant(value, file)] : []));
}

/** `TensorProto`: dims = 1, data_type = 2, name = 8, raw_data = 9. */
function readConstant(bytes: Bytes, file: string): Constant {
  const shape: number[] = [];
  let constant = { name: '', type: 0, bytes: new Uint8Array() };
  for (const { tag, value } of readFields(bytes, file)) {
    if (typeof value === 'number') {
      if (tag === 1) shape.push(value);
      if (tag === 2) constant = { ...constant, type: value };
    } else {
      if (tag === 8) constant = { ...constant, name: textOf(value) };
      if (tag === 9) constant = { ...constant, bytes: value };
    }
  }
  return { ...constant, shape };
}

const textOf = (bytes: Bytes): string => new TextDecoder().decode(bytes);

/**
 * The fields of a protobuf message: numbers, and views of what has a length. Every length is checked against the end, where
 * a general reader would run on.
 */
function* readFields(bytes: Bytes, file: string): Generator<{ readonly tag: number; readonly value: number | Bytes }> {
  const reader = new ByteReader(bytes, file);
  while (reader.remaining > 0) {
    const key = reader.varint();
    const tag = Math.floor(key / 8);
    if (key % 8 === 0) yield { tag, value: reader.varint() };
    else if (key % 8 === 2) yield { tag, value: reader.bytes(reader.varint()) };
    else throw cannotConvert(file, `has a field of kind ${key % 8} where none is written`);
  }
}
