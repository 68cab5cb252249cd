import { TokenizerFormatError } from './errors.ts';

/** Units that normalization may make of one original unit, on average. Unicode's own forms make at most 18. */
const MOST_GROWTH = 64;
/** What a short text may grow to in any case. */
const ALWAYS_ALLOWED = 4096;
/** A call's arguments lie on the stack, which must hold them. */
const MOST_ARGUMENTS = 4096;

/**
 * Text under normalization, as UTF-16 code units that remember where in the original text they came from. Every
 * normalization step reads one and writes another, so that a token found at the end has its place in the original.
 */
export class AlignedText {
  units: Uint16Array<ArrayBuffer>;
  /** Where the original characters behind each unit start. */
  starts: Int32Array<ArrayBuffer>;
  /** Where they end. */
  ends: Int32Array<ArrayBuffer>;
  length = 0;

  /** @param capacity units to make room for; it grows when that was too few. */
  constructor(capacity: number) {
    this.units = new Uint16Array(capacity);
    this.starts = new Int32Array(capacity);
    this.ends = new Int32Array(capacity);
  }

  /** `text.slice(from, to)`, each unit standing for itself. */
  static of(text: string, from = 0, to = text.length): AlignedText {
    const aligned = new AlignedText(to - from);
    for (let i = from; i < to; i++) aligned.push(text.charCodeAt(i), i, i + 1);
    return aligned;
  }

  /** Appends one unit that stands for `[start, end)` of the original. */
  push(unit: number, start: number, end: number): void {
    if (this.length === this.units.length) this.#grow();
    this.units[this.length] = unit;
    this.starts[this.length] = start;
    this.ends[this.length] = end;
    this.length++;
  }

  /** Appends a string all of which stands for `[start, end)` of the original. */
  pushString(text: string, start: number, end: number): void {
    for (let i = 0; i < text.length; i++) this.push(text.charCodeAt(i), start, end);
  }

  /** Appends `[from, to)` of another aligned text. */
  pushRange(source: AlignedText, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      this.push(source.units[i] ?? 0, source.starts[i] ?? 0, source.ends[i] ?? 0);
    }
  }

  /** `[from, to)` as a copy. */
  range(from: number, to: number): AlignedText {
    const copy = new AlignedText(to - from);
    copy.pushRange(this, from, to);
    return copy;
  }

  /** The code point that starts at `index`: two units of a surrogate pair make one. */
  codePointAt(index: number): number {
    const high = this.units[index] ?? 0;
    if (high < 0xd800 || high > 0xdbff || index + 1 >= this.length) return high;
    const low = this.units[index + 1] ?? 0;
    return low < 0xdc00 || low > 0xdfff ? high : ((high - 0xd800) << 10) + (low - 0xdc00) + 0x10000;
  }

  /** The units of `[from, to)` as a string. */
  slice(from: number, to: number): string {
    let text = '';
    for (let at = from; at < to; at += MOST_ARGUMENTS) {
      const part = this.units.subarray(at, Math.min(to, at + MOST_ARGUMENTS));
      text += String(Reflect.apply(String.fromCharCode, undefined, part));
    }
    return text;
  }

  /** @throws TokenizerFormatError when the text has outgrown what it was made of. */
  #grow(): void {
    const original = (this.ends[this.length - 1] ?? 0) - (this.starts[0] ?? 0);
    if (this.length > ALWAYS_ALLOWED + MOST_GROWTH * original) throw outgrown(original, this.length);
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
    problem: `The tokenizer's normalizer makes more than ${length} characters of ${original}`,
    expected: `Expected at most ${MOST_GROWTH} for each`,
    remedy: 'Do not use this tokenizer file: its replacements are broken or hostile',
  });
}

function grown<A extends Uint16Array | Int32Array>(larger: A, smaller: A): A {
  larger.set(smaller);
  return larger;
}
