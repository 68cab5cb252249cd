import { TokenizerFormatError } from './errors.ts';

/** Average number of units that normalization may produce per original unit. Unicode's own forms produce at most 18. */
const MAX_GROWTH = 64;
/** Length that even a short text may grow to. */
const MIN_LIMIT = 4096;
/** Maximum number of arguments of one call: they are passed on the stack. */
const MAX_ARGUMENTS = 4096;

/**
 * Text being normalized: UTF-16 code units, each with the range of the original text that it came from. A normalization step
 * reads one and writes another, so that each final token can be located in the original text.
 */
export class AlignedText {
  units: Uint16Array<ArrayBuffer>;
  /** Start in the original text, for each unit. */
  starts: Int32Array<ArrayBuffer>;
  /** End in the original text, for each unit. */
  ends: Int32Array<ArrayBuffer>;
  length = 0;

  /** @param capacity initial capacity in units; it grows as needed. */
  constructor(capacity: number) {
    this.units = new Uint16Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
  }

  /** `text.slice(from, to)`, each unit mapped to itself. */
  static of(text: string, from = 0, to = text.length): AlignedText {
    const aligned = new AlignedText(to - from);
    for (let i = from; i < to; i++) aligned.push(text.charCodeAt(i), i, i + 1);
    return aligned;
  }

  /** Appends one unit that comes from `[start, end)` of the original. */
  push(unit: number, start: number, end: number): void {
    if (this.length === this.units.length) this.#grow();
    this.units[this.length] = unit;
    this.starts[this.length] = start;
    this.ends[this.length] = end;
    this.length++;
  }

  /** Appends a string whose units all come from `[start, end)` of the original. */
  pushString(text: string, start: number, end: number): void {
    for (let i = 0; i < text.length; i++) this.push(text.charCodeAt(i), start, end);
  }

  /** Appends `[from, to)` of another aligned text. */
  pushRange(source: AlignedText, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      this.push(source.units[i] ?? 0, source.starts[i] ?? 0, source.ends[i] ?? 0);
    }
  }

  /** A copy of `[from, to)`. */
  range(from: number, to: number): AlignedText {
    const copy = new AlignedText(to - from);
    copy.pushRange(this, from, to);
    return copy;
  }

  /** The code point that starts at `index`. A surrogate pair is one code point. */
  codePointAt(index: number): number {
    const high = this.units[index] ?? 0;
    if (high < 0xd800 || high > 0xdbff || index + 1 >= this.length) return high;
    const low = this.units[index + 1] ?? 0;
    return low < 0xdc00 || low > 0xdfff ? high : ((high - 0xd800) << 10) + (low - 0xdc00) + 0x10000;
  }

  /** The units of `[from, to)` as a string. */
  slice(from: number, to: number): string {
    let text = '';
    for (let at = from; at < to; at += MAX_ARGUMENTS) {
      const part = this.units.subarray(at, Math.min(to, at + MAX_ARGUMENTS));
      text += String(Reflect.apply(String.fromCharCode, undefined, part));
    }
    return text;
  }

  /** @throws TokenizerFormatError when the text has become far too long for its original */
  #grow(): void {
    const original = (this.ends[this.length - 1] ?? 0) - (this.starts[0] ?? 0);
    if (this.length > MIN_LIMIT + MAX_GROWTH * original) throw outgrown(original, this.length);
    const capacity = 2 * this.units.length + 16;
    this.units = grown(new Uint16Array(capacity), this.units);
    this.starts = grown(new Int32Array(capacity), this.starts);
    this.ends = grown(new Int32Array(capacity), this.ends);
  }
}

/** Number of UTF-16 units of a code point. */
export function unitsOf(codePoint: number): 1 | 2 {
  return codePoint > 0xffff ? 2 : 1;
}

function outgrown(original: number, length: number): TokenizerFormatError {
  return new TokenizerFormatError({
    problem: `The tokenizer's normalizer turns ${original} characters into more than ${length}`,
    expected: `Expected at most ${MAX_GROWTH} per character`,
    remedy: 'Do not use this tokenizer file: its replacements are damaged or malicious',
  });
}

function grown<A extends Uint16Array | Int32Array>(larger: A, smaller: A): A {
  larger.set(smaller);
  return larger;
}
