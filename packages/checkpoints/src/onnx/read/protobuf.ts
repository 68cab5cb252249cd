/**
 * Reads the fields of a protobuf message. Unlike in a general reader, every length is bounds-checked.
 *
 * Source: https://protobuf.dev/programming-guides/encoding.
 */
import { ByteReader } from '../../byte-reader.ts';
import { cannotConvert } from '../../convert-error.ts';

/** Bytes of a file. Values read from it are views. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** A field: a number, or a view of its bytes. */
export interface Field {
  readonly tag: number;
  readonly value: number | Bytes;
}

/** @throws ConvertError */
export function* readFields(bytes: Bytes, file: string): Generator<Field> {
  const reader = new ByteReader(bytes, file);
  while (reader.remaining > 0) {
    const key = reader.varint();
    const tag = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        yield { tag, value: readInteger(reader) };
        break;
      case 1:
        yield { tag, value: reader.float64() };
        break;
      case 2:
        yield { tag, value: reader.bytes(reader.varint()) };
        break;
      case 5:
        yield { tag, value: reader.float32() };
        break;
      default:
        throw cannotConvert(file, `has a field of kind ${key % 8}, which protobuf does not write`);
    }
  }
}

/** Returns all messages or texts of a repeated field. */
export function bytesOfField(fields: readonly Field[], tag: number): Bytes[] {
  return fields.flatMap((field) => (field.tag === tag && typeof field.value !== 'number' ? [field.value] : []));
}

/** Returns the last number of a field, if any. */
export function numberOfField(fields: readonly Field[], tag: number): number | undefined {
  return fields.findLast((field) => field.tag === tag && typeof field.value === 'number')?.value as number | undefined;
}

/** Returns the last text of a field, or ''. */
export function textOfField(fields: readonly Field[], tag: number): string {
  return textOf(bytesOfField(fields, tag).at(-1) ?? new Uint8Array());
}

/** Decodes UTF-8. */
export const textOf = (bytes: Bytes): string => new TextDecoder().decode(bytes);

/** Returns the integers of a repeated field, packed or not. */
export function integersOfField(fields: readonly Field[], tag: number, file: string): number[] {
  return fields.flatMap((field) => {
    if (field.tag !== tag) return [];
    if (typeof field.value === 'number') return [field.value];
    const reader = new ByteReader(field.value, file);
    const values: number[] = [];
    while (reader.remaining > 0) values.push(readInteger(reader));
    return values;
  });
}

/** Reads an `int64`. Values beyond 2^53 occur only as the end of a slice, so they need not be exact. */
function readInteger(reader: ByteReader): number {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.uint8();
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return Number(BigInt.asIntN(64, value));
  }
  throw cannotConvert(reader.file, 'holds a number of more than 64 bits');
}
