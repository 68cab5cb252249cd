/**
 * `flax_model.msgpack`, saved by Flax classes of transformers: nested dictionaries of arrays.
 *
 * Source: google/flax `serialization.py`.
 */
import { concatenate } from '@albert-web/errors';
import { decode, ExtensionCodec } from '@msgpack/msgpack';
import type { Checkpoint, DType, StoredTensor } from '../checkpoint.ts';
import { cannotConvert } from '../convert-error.ts';
import { elementBytes, elementCount } from '../dtype.ts';
import { fromFramework } from '../framework-names.ts';
import { ConvertError } from '../errors.ts';

type Array = Omit<StoredTensor, 'name'>;

/** numpy's type names. */
const dtypes: Readonly<Record<string, DType>> = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  int64: 'I64',
  int32: 'I32',
  int8: 'I8',
  uint8: 'U8',
  bool: 'BOOL',
};

/** MessagePack extension types of Flax: an array, and a numpy scalar. */
const arrayTypes = [1, 3];
/** Key of arrays that are stored in chunks because of their size. */
const pieces = '__msgpack_chunked_array__';
/** Nesting limit, deeper than any model. */
const maxDepth = 32;

/** @throws ConvertError when the file is damaged or contains anything but arrays */
export function readFlax(bytes: Uint8Array<ArrayBuffer>, file = 'flax_model.msgpack'): Checkpoint {
  const tensors = new Map<string, StoredTensor>();
  const visit = (value: unknown, path: readonly string[]): void => {
    const array = arrayOf(value, file);
    if (array) {
      const tensor = fromFramework(path, array);
      tensors.set(tensor.name, tensor);
    } else if (isDictionary(value) && path.length < maxDepth) {
      for (const [name, inner] of Object.entries(value)) visit(inner, [...path, name]);
    } else {
      throw cannotConvert(file, `has no array under ${JSON.stringify(path.join('/').slice(0, 200))}`);
    }
  };
  const root = unpack(bytes, file);
  visit(isDictionary(root) && isDictionary(root['params']) ? root['params'] : root, []);
  return { tensors, metadata: { format: 'flax' } };
}

function unpack(bytes: Uint8Array<ArrayBuffer>, file: string): unknown {
  const extensionCodec = new ExtensionCodec();
  for (const type of arrayTypes) {
    extensionCodec.register({ type, encode: () => null, decode: (data) => readArray(data, file) });
  }
  try {
    return decode(bytes, { extensionCodec, maxMapLength: 100_000, maxArrayLength: 1000 });
  } catch (error) {
    throw error instanceof ConvertError
      ? error
      : cannotConvert(file, 'is not a MessagePack file, or is damaged', error);
  }
}

/** An array, packed as `[shape, dtype, bytes]`. */
class PackedArray implements Array {
  constructor(
    readonly dtype: DType,
    readonly shape: readonly number[],
    readonly bytes: Uint8Array<ArrayBuffer>,
  ) {}
}

function readArray(data: Uint8Array, file: string): PackedArray {
  const parts = decode(data, { maxArrayLength: 1000 });
  const [shape, type, bytes] = Array.isArray(parts) ? (parts as unknown[]) : [];
  const dtype = typeof type === 'string' && Object.hasOwn(dtypes, type) ? dtypes[type] : undefined;
  if (!isShape(shape) || !(bytes instanceof Uint8Array))
    throw cannotConvert(file, 'has an array with an unknown layout');
  if (!dtype) throw cannotConvert(file, `has an array of type ${JSON.stringify(type)?.slice(0, 100)}`);
  if (elementCount(shape) * elementBytes[dtype] !== bytes.length)
    throw cannotConvert(file, `has an array of shape [${shape.slice(0, 8).join(', ')}] in ${bytes.length} bytes`);
  return new PackedArray(dtype, shape, bytes as Uint8Array<ArrayBuffer>);
}

/** Returns the array in a value, or undefined if it is not an array. */
function arrayOf(value: unknown, file: string): Array | undefined {
  if (value instanceof PackedArray) return value;
  if (!isDictionary(value) || value[pieces] !== true) return undefined;
  const shape = numbersOf(value['shape']);
  const chunks = isDictionary(value['chunks']) ? Object.entries(value['chunks']) : [];
  const parts = chunks.sort(([a], [b]) => Number(a) - Number(b)).map(([, part]) => part);
  const [first] = parts;
  if (!(first instanceof PackedArray) || !shape) throw cannotConvert(file, 'has a damaged chunked array');
  const size = elementCount(shape) * elementBytes[first.dtype];
  const arrays = parts.filter((part) => part instanceof PackedArray && part.dtype === first.dtype) as PackedArray[];
  const total = arrays.reduce((sum, part) => sum + part.bytes.length, 0);
  if (arrays.length !== parts.length || total !== size) throw cannotConvert(file, 'has a damaged chunked array');
  return {
    dtype: first.dtype,
    shape,
    bytes: concatenate(
      Uint8Array,
      arrays.map((part) => part.bytes),
    ),
  };
}

/** Reads a tuple, which Flax stores as a dictionary with indices as keys. */
function numbersOf(value: unknown): number[] | undefined {
  const numbers: unknown = isDictionary(value) ? Object.values(value) : value;
  return isShape(numbers) ? numbers : undefined;
}

const isShape = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= 8 && value.every((side) => Number.isSafeInteger(side) && side >= 0);

const isDictionary = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
  !(value instanceof PackedArray);
