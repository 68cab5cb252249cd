/** Mutations of the contents of a protobuf message. Lengths and tags stay correct (protobuf.dev, "Encoding"). */
import type { Random } from '../numbers.ts';
import { mutateBytes } from './bytes.ts';
import type { Bytes, Mutation } from './target.ts';

/** A field: its tag and its serialized value. The length of a message is rewritten. */
interface Field {
  readonly tag: number;
  readonly value: Bytes;
}

const lengthDelimited = 2;
const numbers = [0n, 1n, 0x7fn, 0xffffn, 0x7fffffffn, 0xffffffffn, (1n << 53n) + 1n, (1n << 64n) - 1n];

/** Makes one to three changes: removes, repeats or replaces a field in the message or in a nested one. */
export const mutateProtobuf: Mutation = (seed, random) => {
  let bytes = seed;
  for (let change = random.integer(1, 4); change > 0; change--) bytes = mutateMessage(bytes, random) ?? bytes;
  return bytes;
};

/** Mutates a message. Returns undefined if the bytes are not a message. */
function mutateMessage(bytes: Bytes, random: Random): Bytes | undefined {
  const fields = readFields(bytes);
  const at = random.integer(0, fields?.length ?? 0);
  const field = fields?.[at];
  if (!fields || !field) return undefined;
  const change = random.uniform();
  if (change < 0.1) return writeFields(fields.toSpliced(at, 1));
  if (change < 0.2) return writeFields(fields.toSpliced(at, 0, ...Array.from({ length: 500 }, () => field)));
  return writeFields(fields.with(at, { ...field, value: mutateField(field, random) }));
}

function mutateField({ tag, value }: Field, random: Random): Bytes {
  if ((tag & 7) === 0) return varint(numbers[random.integer(0, numbers.length)] ?? 0n);
  if ((tag & 7) !== lengthDelimited) return value.map(() => random.integer(0, 256));
  const inside = random.uniform() < 0.7 ? mutateMessage(value, random) : undefined;
  return inside ?? mutateBytes(value, random);
}

function readFields(bytes: Bytes): Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < bytes.length) {
    const tag = readVarint();
    const start = at;
    const type = tag & 7;
    if (type === 0) readVarint();
    else if (type === 1) at += 8;
    else if (type === 5) at += 4;
    else if (type !== lengthDelimited) return undefined;
    const length = type === lengthDelimited ? readVarint() : at - start;
    const from = type === lengthDelimited ? at : start;
    at = from + length;
    if (tag < 8 || at > bytes.length) return undefined;
    fields.push({ tag, value: bytes.slice(from, at) });
  }
  return fields;
}

function writeFields(fields: readonly Field[]): Bytes {
  const parts = fields.flatMap(({ tag, value }) => [
    varint(BigInt(tag)),
    ...((tag & 7) === lengthDelimited ? [varint(BigInt(value.length))] : []),
    value,
  ]);
  const result = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

function varint(value: bigint): Bytes {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 0x80n) return Uint8Array.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}
