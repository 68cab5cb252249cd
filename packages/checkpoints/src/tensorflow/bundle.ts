/**
 * Reads a TensorFlow V1 checkpoint ("tensor bundle"): `<prefix>.index` and `<prefix>.data-00000-of-00001`.
 *
 * Source: tensorflow/core/util/tensor_bundle, tensorflow/core/protobuf/tensor_bundle.proto.
 */
import { PbfReader } from 'pbf';
import type { DType, StoredTensor } from '../checkpoint.ts';
import { cannotConvert } from '../convert-error.ts';
import { elementBytes } from '../dtype.ts';
import type { ModelFiles, ReadOptions } from '../files/types.ts';
import { withinLimit } from '../files/within-limit.ts';
import { maskedCrc32c } from '../crc32.ts';
import { readTable } from './table.ts';
import { ConvertError } from '../errors.ts';
import { limits } from '../limits.ts';

/** `tensorflow/core/framework/types.proto`. */
const dtypes: Readonly<Record<number, DType>> = {
  1: 'F32',
  2: 'F64',
  3: 'I32',
  4: 'U8',
  6: 'I8',
  9: 'I64',
  10: 'BOOL',
  14: 'BF16',
  19: 'F16',
};

/** The type of Python strings, such as TensorFlow 2's description of the file. */
const textType = 7;

/** `BundleEntryProto`: the location of a variable. */
interface BundleEntry {
  readonly name: string;
  /** Undefined for text, which is never a weight. */
  readonly dtype: DType | undefined;
  readonly shape: readonly number[];
  readonly shard: number;
  readonly offset: number;
  readonly size: number;
  readonly crc: number;
}

/**
 * Reads the variables that pass `wanted`, and verifies their checksums.
 *
 * @param prefix path without `.index`, such as `model.ckpt-best`.
 * @throws ConvertError, or what reading the files throws.
 */
export async function readTensorBundle(
  files: ModelFiles,
  prefix: string,
  wanted: (name: string) => boolean,
  options: Pick<ReadOptions, 'signal'> = {},
): Promise<StoredTensor[]> {
  const file = `${prefix}.index`;
  const within = withinLimit(files, `${file} with its data`);
  const index = await within.readBytes(file, { ...options, limit: limits.text });
  const { shards, entries } = parseBundleIndex(index, file);
  const kept = entries.filter(({ name }) => wanted(name));
  const data = new Map<number, Uint8Array<ArrayBuffer>>();
  const pathOf = (shard: number): string => `${prefix}.data-${fiveDigits(shard)}-of-${fiveDigits(shards)}`;
  for (const shard of new Set(kept.map(({ shard }) => shard)))
    data.set(shard, await within.readBytes(pathOf(shard), options));
  for (const [shard, bytes] of data) {
    const stated = kept.reduce((sum, entry) => (entry.shard === shard ? sum + entry.size : sum), 0);
    if (stated > bytes.length)
      throw cannotConvert(file, `states ${stated} bytes of variables, but has ${bytes.length}`);
  }
  return kept.map((entry) => readVariable(entry, data.get(entry.shard) ?? new Uint8Array(), pathOf(entry.shard)));
}

const fiveDigits = (number: number): string => String(number).padStart(5, '0');

/** Parses an `.index` file. @throws ConvertError */
export function parseBundleIndex(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
): { readonly shards: number; readonly entries: readonly BundleEntry[] } {
  const [header, ...variables] = readTable(bytes, file);
  if (header?.[0] !== '') throw cannotConvert(file, 'does not begin with a header');
  try {
    const shards = readHeader(header[1], file);
    return { shards, entries: variables.map(([name, value]) => readEntry(name, value, shards, file)) };
  } catch (error) {
    throw error instanceof ConvertError ? error : cannotConvert(file, 'holds a damaged message', error);
  }
}

/** Reads the number of shards from a `BundleHeaderProto`: num_shards = 1, endianness = 2. */
function readHeader(bytes: Uint8Array, file: string): number {
  const header = new PbfReader(bytes).readFields(
    (tag, header, pbf) => {
      if (tag === 1) header.shards = pbf.readVarint();
      else if (tag === 2) header.endianness = pbf.readVarint();
    },
    { shards: 1, endianness: 0 },
  );
  if (header.endianness !== 0) throw cannotConvert(file, 'is big-endian');
  if (!(header.shards >= 1 && header.shards <= 99_999)) throw cannotConvert(file, `states ${header.shards} data files`);
  return header.shards;
}

function readEntry(name: string, bytes: Uint8Array, shards: number, file: string): BundleEntry {
  const entry = new PbfReader(bytes).readFields(
    (tag, entry, pbf) => {
      if (tag === 1) entry.dtype = pbf.readVarint();
      else if (tag === 2) pbf.readMessage(readShape, entry.shape);
      else if (tag === 3) entry.shard = pbf.readVarint();
      else if (tag === 4) entry.offset = pbf.readVarint();
      else if (tag === 5) entry.size = pbf.readVarint();
      else if (tag === 6) entry.crc = pbf.readFixed32();
      else if (tag === 7) entry.sliced = true;
    },
    { dtype: 0, shape: new Array<number>(), shard: 0, offset: 0, size: 0, crc: 0, sliced: false },
  );
  const wrong = (problem: string): ConvertError =>
    cannotConvert(file, `has variable ${JSON.stringify(name.slice(0, 200))} ${problem}`);
  const dtype = dtypes[entry.dtype];
  if (entry.sliced) throw wrong('in slices, which belongs to distributed training');
  if (!dtype && entry.dtype !== textType) throw wrong(`of type ${entry.dtype}`);
  const size = dtype ? entry.shape.reduce((product, side) => product * side, elementBytes[dtype]) : entry.size;
  const numbers = [...entry.shape, entry.offset, entry.size];
  if (!numbers.every((number) => Number.isSafeInteger(number) && number >= 0) || size !== entry.size) {
    throw wrong(`of shape [${entry.shape.join(', ')}] in ${entry.size} bytes`);
  }
  if (!(entry.shard >= 0 && entry.shard < shards)) throw wrong(`in data file ${entry.shard} of ${shards}`);
  return { ...entry, name, dtype };
}

/** Reads a `TensorShapeProto`: dim = 2, each with size = 1. */
function readShape(tag: number, shape: number[], pbf: PbfReader): void {
  if (tag !== 2) return;
  const dimension = pbf.readMessage(
    (tag, dimension: { size: number }, pbf) => {
      if (tag === 1) dimension.size = pbf.readVarint(true);
    },
    { size: 0 },
  );
  if (shape.length < 32) shape.push(dimension.size);
}

function readVariable(
  { name, dtype, shape, offset, size, crc }: BundleEntry,
  data: Uint8Array<ArrayBuffer>,
  file: string,
): StoredTensor {
  if (!dtype) throw cannotConvert(file, `has text in variable "${name}"`);
  if (offset + size > data.length)
    throw cannotConvert(file, `has ${data.length} bytes; variable "${name}" ends at ${offset + size}`);
  const bytes = data.subarray(offset, offset + size);
  if (maskedCrc32c(bytes) !== crc) throw cannotConvert(file, `has a wrong checksum for variable "${name}"`);
  return { name, dtype, shape, bytes };
}
