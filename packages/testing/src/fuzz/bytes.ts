/** Mutations of bytes, regardless of the format. */
import type { Random } from '../numbers.ts';
import type { Bytes } from './target.ts';

/** Bytes and words that often break parsers. */
const interesting = [0, 1, 0x7f, 0x80, 0xff];
const words = [
  '-1',
  '0',
  '9007199254740993',
  '1e999',
  'null',
  '[',
  '{',
  '"',
  '\\u0000',
  '../',
  '[[[[[[[[',
  '__proto__',
];

/** Makes one to four changes: bits, bytes, runs of bytes, truncations, insertions, duplications, and words that break parsers. */
export function mutateBytes(seed: Bytes, random: Random): Bytes {
  let bytes = seed.slice();
  for (let change = random.integer(1, 5); change > 0; change--) bytes = mutateOnce(bytes, random);
  return bytes;
}

function mutateOnce(bytes: Bytes, random: Random): Bytes {
  const at = random.integer(0, bytes.length + 1);
  const end = Math.min(bytes.length, at + random.integer(1, 17));
  switch (random.integer(0, 8)) {
    case 0:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(0, 8));
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = random.integer(0, 256);
      return bytes;
    case 2:
      bytes.fill(interesting[random.integer(0, interesting.length)] ?? 0, at, end);
      return bytes;
    case 3:
      return bytes.slice(0, at);
    case 4:
      return splice(bytes, at, end, new Uint8Array());
    case 5:
      return splice(bytes, at, at, bytes.slice(at, end));
    case 6: {
      const from = random.integer(0, bytes.length + 1);
      return splice(bytes, at, end, bytes.slice(from, from + end - at));
    }
    default:
      return splice(bytes, at, at, new TextEncoder().encode(words[random.integer(0, words.length)]));
  }
}

/** Returns the bytes with `insert` in place of those from `start` to `end`. */
export function splice(bytes: Bytes, start: number, end: number, insert: Uint8Array): Bytes {
  const result = new Uint8Array(bytes.length - (end - start) + insert.length);
  result.set(bytes.subarray(0, start));
  result.set(insert, start);
  result.set(bytes.subarray(end), start + insert.length);
  return result;
}
