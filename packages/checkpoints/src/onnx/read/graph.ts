/** Parses an ONNX file into operations and constants. Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3. */
import { allocateWith } from '@albert-web/errors';
import { cannotConvert } from '../../convert-error.ts';
import {
  bytesOfField,
  integersOfField,
  numberOfField,
  readFields,
  textOf,
  textOfField,
  type Bytes,
  type Field,
} from './protobuf.ts';

/** A constant of the file: an initializer, or the output of a `Constant` operation. */
export interface GraphConstant {
  readonly name: string;
  /** `TensorProto.DataType`. */
  readonly type: number;
  readonly shape: readonly number[];
  /** Little-endian, row-major bytes, or their location in another file. */
  readonly data: Bytes | ExternalData;
}

/** A part of another file, such as `model.onnx_data`. */
export interface ExternalData {
  /** Path relative to the model. */
  readonly location: string;
  readonly offset: number;
  /** Undefined: to the end of the file. */
  readonly length: number | undefined;
}

/** One operation. */
export interface GraphNode {
  readonly type: string;
  /** '' for the standard operators. */
  readonly domain: string;
  /** '' for an omitted input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
  readonly lists: ReadonlyMap<string, readonly number[]>;
}

/** The parts of a model needed to identify its weights. */
export interface OnnxGraph {
  /** Names of the inputs, and their ranks. */
  readonly inputs: ReadonlyMap<string, number>;
  readonly outputs: readonly string[];
  /** In topological order. */
  readonly nodes: readonly GraphNode[];
  readonly constants: ReadonlyMap<string, GraphConstant>;
}

/** Far more operations than the largest ALBERT has. */
const maxNodes = 200_000;

/** @throws ConvertError */
export function parseOnnx(bytes: Bytes, file: string): OnnxGraph {
  const model = [...readFields(bytes, file)];
  const [graph, ...others] = bytesOfField(model, 7);
  if (!graph || others.length > 0) throw cannotConvert(file, 'is not an ONNX model');
  if (bytesOfField(model, 25).length > 0)
    throw cannotConvert(file, 'has model-local functions, which are not supported: export it with functions inlined');
  const fields = [...readFields(graph, file)];
  const all = bytesOfField(fields, 1).map((node) => readNode(node, file));
  if (all.length > maxNodes) throw cannotConvert(file, `has ${all.length} operations`);
  if (bytesOfField(fields, 15).length > 0) throw cannotConvert(file, 'has sparse weights, which are not supported');
  const initializers = bytesOfField(fields, 5).map((tensor) => readConstant([...readFields(tensor, file)], file));
  const constants = [...initializers, ...all.flatMap(({ constant }) => constant ?? [])];
  return {
    inputs: new Map(bytesOfField(fields, 11).map((value) => readInput(value, file))),
    outputs: bytesOfField(fields, 12).map((value) => textOfField([...readFields(value, file)], 1)),
    nodes: all.filter(({ type }) => type !== 'Constant'),
    constants: new Map(constants.map((constant) => [constant.name, constant])),
  };
}

/** Reads a `NodeProto`: input = 1, output = 2, op_type = 4, attribute = 5, domain = 7. */
function readNode(bytes: Bytes, file: string): GraphNode & { readonly constant: GraphConstant | undefined } {
  const fields = [...readFields(bytes, file)];
  const type = textOfField(fields, 4);
  const outputs = bytesOfField(fields, 2).map(textOf);
  const attributes = bytesOfField(fields, 5).map((attribute) => [...readFields(attribute, file)]);
  const domain = textOfField(fields, 7);
  return {
    type,
    domain: domain === 'ai.onnx' ? '' : domain,
    inputs: bytesOfField(fields, 1).map(textOf),
    outputs,
    ...readAttributes(attributes, file),
    constant: type === 'Constant' ? constantOf(attributes, outputs[0] ?? '', file) : undefined,
  };
}

/** Reads each `AttributeProto`: name = 1, f = 2, i = 3, ints = 8. Other fields are not needed. */
function readAttributes(attributes: readonly (readonly Field[])[], file: string): Pick<GraphNode, 'numbers' | 'lists'> {
  const numbers = new Map<string, number>();
  const lists = new Map<string, readonly number[]>();
  for (const fields of attributes) {
    const name = textOfField(fields, 1);
    const number = numberOfField(fields, 3) ?? numberOfField(fields, 2);
    const list = integersOfField(fields, 8, file);
    if (list.length > 0) lists.set(name, list);
    // Protobuf omits zeros, the default.
    else numbers.set(name, number ?? 0);
  }
  return { numbers, lists };
}

/** Reads the tensor of a `Constant` (`AttributeProto`: t = 5). Constants that are not tensors are not weights. */
function constantOf(
  attributes: readonly (readonly Field[])[],
  output: string,
  file: string,
): GraphConstant | undefined {
  const tensor = attributes.flatMap((fields) => bytesOfField(fields, 5)).at(-1);
  return tensor && { ...readConstant([...readFields(tensor, file)], file), name: output };
}

/**
 * Reads a `TensorProto`: dims = 1, data_type = 2, float_data = 4, int32_data = 5, int64_data = 7, name = 8, raw_data = 9,
 * double_data = 10, external_data = 13, data_location = 14.
 */
function readConstant(fields: readonly Field[], file: string): GraphConstant {
  const shape = integersOfField(fields, 1, file);
  const type = numberOfField(fields, 2) ?? 0;
  const isExternal = numberOfField(fields, 14) === 1;
  const data = isExternal ? externalData(fields, file) : (bytesOfField(fields, 9).at(-1) ?? listed(fields, type, file));
  return { name: textOfField(fields, 8), type, shape, data };
}

function externalData(fields: readonly Field[], file: string): ExternalData {
  const entries = new Map(
    bytesOfField(fields, 13).map((entry) => {
      const pair = [...readFields(entry, file)];
      return [textOfField(pair, 1), textOfField(pair, 2)];
    }),
  );
  const location = entries.get('location');
  const offset = Number(entries.get('offset') ?? 0);
  const length = entries.has('length') ? Number(entries.get('length')) : undefined;
  if (location === undefined || !isSize(offset) || !(length === undefined || isSize(length)))
    throw cannotConvert(file, `does not say where "${textOfField(fields, 8).slice(0, 200)}" lies`);
  return { location, offset, length };
}

const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** Reads values in typed fields: floats and doubles directly, integers and halves of up to 32 bits as `int32`. */
function listed(fields: readonly Field[], type: number, file: string): Bytes {
  const floats = concatenate(fields, 4, Float32Array);
  if (floats) return floats;
  const doubles = concatenate(fields, 10, Float64Array);
  if (doubles) return doubles;
  const integers = integersOfField(fields, 5, file);
  const wide = integersOfField(fields, 7, file);
  return allocateWith(8 * (wide.length || integers.length), () => {
    if (wide.length > 0) return new Uint8Array(BigInt64Array.from(wide, (value) => BigInt(Math.trunc(value))).buffer);
    return new Uint8Array(integerArray(type, integers).buffer);
  });
}

/** Packs integers by `data_type`: 6 is int32; int16, uint16, float16 and bfloat16 (5, 4, 10, 16) take two bytes, others one. */
function integerArray(
  type: number,
  values: readonly number[],
): Int32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint8Array<ArrayBuffer> {
  if (type === 6) return Int32Array.from(values);
  return [4, 5, 10, 16].includes(type) ? Uint16Array.from(values) : Uint8Array.from(values);
}

/** Reads a repeated field of floats, packed or not. */
function concatenate(
  fields: readonly Field[],
  tag: number,
  array: typeof Float32Array | typeof Float64Array,
): Bytes | undefined {
  const pieces = fields.flatMap(({ tag: found, value }) => (found === tag ? [value] : []));
  if (pieces.length === 0) return undefined;
  if (pieces.length === 1 && typeof pieces[0] !== 'number') return pieces[0];
  const numbers = pieces.filter((value) => typeof value === 'number');
  return allocateWith(array.BYTES_PER_ELEMENT * numbers.length, () => new Uint8Array(array.from(numbers).buffer));
}

/** Reads a `ValueInfoProto`: name = 1, type = 2; `TypeProto`: tensor_type = 1; its shape = 2; `TensorShapeProto`: dim = 1. */
function readInput(bytes: Bytes, file: string): readonly [name: string, rank: number] {
  const fields = [...readFields(bytes, file)];
  let inner = bytesOfField(fields, 2);
  for (const tag of [1, 2]) inner = inner.flatMap((part) => bytesOfField([...readFields(part, file)], tag));
  const rank = inner.flatMap((shape) => bytesOfField([...readFields(shape, file)], 1)).length;
  return [textOfField(fields, 1), rank];
}
