/** The safetensors format: 8 bytes of header length, a JSON header, then the tensors' bytes without gaps. */
import type { Explanation } from '@albert-web/errors';
import type { Checkpoint, DType, StoredTensor } from '../checkpoint.ts';
import { elementBytes, isDType } from '../dtype.ts';
import { SafetensorsError } from '../errors.ts';
import { limits } from '../limits.ts';

/** The location of a tensor, in bytes from the end of the header. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** A parsed header. */
export interface SafetensorsHeader {
  readonly entries: readonly TensorEntry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Offset of the tensors' bytes in the file. */
  readonly dataStart: number;
}

/**
 * Parses a safetensors file. Tensors are views into `bytes`, in file order.
 *
 * @param file the file's name, for error messages
 * @throws SafetensorsError for any violation of the format: a header beyond the file; offsets that overlap, leave gaps or are out
 * of range; sizes that do not match shape and dtype
 */
export function parseSafetensors(bytes: Uint8Array<ArrayBuffer>, file = 'model.safetensors'): Checkpoint {
  const { entries, metadata, dataStart } = parseSafetensorsHeader(bytes, file);
  return { tensors: tensorMap(entries, bytes.subarray(dataStart)), metadata };
}

/** Returns tensors as views into `data`, the file's bytes after the header. */
export function tensorMap(entries: readonly TensorEntry[], data: Uint8Array<ArrayBuffer>): Map<string, StoredTensor> {
  return new Map(
    entries.map(({ name, dtype, shape, begin, end }) => [
      name,
      { name, dtype, shape, bytes: data.subarray(begin, end) },
    ]),
  );
}

/** Parses and checks the header of a complete file, like `parseSafetensors`. */
export function parseSafetensorsHeader(bytes: Uint8Array<ArrayBuffer>, file: string): SafetensorsHeader {
  const broken: Broken = (problem, cause, advice) => brokenFile(file, problem, cause, advice);
  if (bytes.length < 8) throw broken(`has ${bytes.length} bytes, too few for a header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerLength = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (headerLength > Math.min(bytes.length - 8, limits.safetensorsHeader)) {
    throw broken(`declares a header of ${headerLength} bytes in a file of ${bytes.length}`);
  }
  const dataStart = 8 + headerLength;
  const header = parseHeaderJson(bytes.subarray(8, dataStart), broken);
  const { __metadata__: metadata, ...tensors } = header;
  const entries = Object.entries(tensors).map(([name, value]) => readEntry(name, value, broken));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkContiguous(entries, bytes.length - dataStart, broken);
  return { entries, metadata: readMetadata(metadata, broken), dataStart };
}

type Broken = (problem: string, cause?: unknown, advice?: Advice) => SafetensorsError;

/** What was expected instead, and what to do. */
type Advice = Pick<Explanation, 'expected' | 'remedy'>;

const downloadAgain: Advice = {
  expected: 'Expected a complete safetensors file',
  remedy: 'Download the file again: it is truncated, damaged or something else',
};

/** Matches other types of the format, such as 8-bit floats. A file with these is not damaged. */
const foreignType = /^(?:F4|F6_E[23]M[23]|F8_E[458]M[0-3](?:FNUZ)?|[IU](?:16|32|64)|C64)$/u;

/** The error for an invalid file. */
export function brokenFile(file: string, problem: string, cause?: unknown, advice = downloadAgain): SafetensorsError {
  return new SafetensorsError({ problem: `${file} ${problem}`, ...advice }, { cause });
}

function parseHeaderJson(bytes: Uint8Array, broken: Broken): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw broken('has a header that is not JSON', error);
  }
  if (!isRecord(header)) throw broken('has a header that is not a JSON object');
  return header;
}

function readEntry(name: string, value: unknown, broken: Broken): TensorEntry {
  const wrong = (problem: string, advice?: Advice): SafetensorsError =>
    broken(`${problem} for tensor ${JSON.stringify(name.slice(0, 200))}`, undefined, advice);
  if (!isRecord(value)) throw wrong('has no description');
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype === 'string' && foreignType.test(dtype) && !isDType(dtype)) {
    throw wrong(`has dtype ${dtype}`, {
      expected: `Expected ${Object.keys(elementBytes).join(', ')}`,
      remedy: 'Save the model in 16 or 32 bits: model.to(torch.bfloat16).save_pretrained(FOLDER)',
    });
  }
  if (!isDType(dtype)) throw wrong(`has unknown dtype ${shorten(dtype)}`);
  if (!isSizes(shape)) throw wrong(`has shape ${shorten(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2) throw wrong(`has data_offsets ${shorten(offsets)}`);
  const [begin = 0, end = 0] = offsets;
  // A product beyond 2^53 is inexact, but it cannot equal the length of a file anyway.
  const size = shape.reduce((product, side) => product * side, elementBytes[dtype]);
  if (end - begin !== size) throw wrong(`has ${end - begin} bytes where shape and dtype take ${size}`);
  return { name, dtype, shape, begin, end };
}

/** Checks that every byte belongs to exactly one tensor. This also detects duplicate names. */
function checkContiguous(entries: readonly TensorEntry[], length: number, broken: Broken): void {
  let position = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== position)
      throw broken(`has tensor ${JSON.stringify(name.slice(0, 200))} at ${begin} instead of ${position}`);
    position = end;
  }
  if (position !== length) throw broken(`has ${length} bytes of tensors, but its header describes ${position}`);
}

function readMetadata(metadata: unknown, broken: Broken): Record<string, string> {
  if (metadata === undefined) return {};
  if (!isRecord(metadata)) throw broken('has __metadata__ that is not an object');
  const entries = Object.entries(metadata);
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
    throw broken('has __metadata__ that is not text');
  }
  return Object.fromEntries(entries);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value is a list of sizes. It has at most 32, more than any tensor's dimensions, to bound the arithmetic. */
const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= 32 && value.every((side) => Number.isSafeInteger(side) && side >= 0);

const shorten = (value: unknown): string => (JSON.stringify(value) ?? 'undefined').slice(0, 100);
