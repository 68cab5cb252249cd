import { copyOf } from '@albert-web/errors';
import { type AlignedText, unitsOf } from '../aligned-text.ts';
import { TokenizerFormatError } from '../errors.ts';

/** Maximum bytes of a replacement. The longest of nmt_nfkc has 33. Guards against a pool without terminators. */
const MAX_REPLACEMENT_LENGTH = 256;
/** Maximum UTF-16 units that a rule can match. The longest rule of nmt_nfkc has 9. Guards against a cyclic trie. */
const MAX_RULE_LENGTH = 64;

/**
 * SentencePiece's precompiled character map: replacement rules as a double-array trie over UTF-8 bytes (darts-clone), whose
 * values point into a pool of NUL-terminated replacements.
 *
 * Layout: u32 size of the trie in bytes, the trie's u32 units, the pool (google/sentencepiece, src/normalizer.cc).
 */
export class Charsmap {
  /** UTF-16 units matched by the last rule found; 0 if no rule applied. */
  matchedUnits = 0;
  readonly #units: Uint32Array<ArrayBuffer>;
  readonly #pool: Uint8Array;
  readonly #replacements = new Map<number, string>();

  /**
   * @param blob `precompiled_charsmap`
   * @throws TokenizerFormatError when its sizes are inconsistent
   */
  constructor(blob: Uint8Array) {
    const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
    const trieBytes = blob.length >= 4 ? view.getUint32(0, true) : 0;
    if (trieBytes < 4 || trieBytes % 4 !== 0 || 4 + trieBytes > blob.length) {
      throw new TokenizerFormatError({
        problem: `The precompiled character map has ${blob.length} bytes, but declares a trie of ${trieBytes}`,
        expected: 'Expected a multiple of 4 that fits',
        remedy: 'Download the tokenizer file again',
      });
    }
    // A copy, since the file may not be aligned for 32-bit reads. All supported engines are little-endian.
    this.#units = new Uint32Array(copyOf(blob.subarray(4, 4 + trieBytes)).buffer);
    this.#pool = blob.subarray(4 + trieBytes);
    checkPool(this.#pool);
  }

  /** Returns the replacement of the longest rule that matches at `index`, or undefined. Sets {@link matchedUnits}. */
  match(text: AlignedText, index: number): string | undefined {
    return this.#match(text, index, text.length, false);
  }

  /** Returns the replacement of the shortest rule that matches at `index` within `[index, end)`, or undefined. */
  matchShortest(text: AlignedText, index: number, end: number): string | undefined {
    return this.#match(text, index, end, true);
  }

  /** Whether some rule matches this ASCII character followed by another. */
  hasLongerRule(unit: number): boolean {
    const node = this.#step(offsetOf(this.#units[0] ?? 0), unit);
    if (node < 0) return false;
    const children = this.#childrenOf(node);
    for (let next = 1; next < 0x80; next++) if (this.#step(children, next) >= 0) return true;
    return false;
  }

  #match(text: AlignedText, index: number, limit: number, shortest: boolean): string | undefined {
    const end = Math.min(limit, index + MAX_RULE_LENGTH);
    this.matchedUnits = 0;
    let value = -1;
    let node = offsetOf(this.#units[0] ?? 0);
    for (let i = index; i < end;) {
      const codePoint = text.codePointAt(i);
      i += unitsOf(codePoint);
      node = this.#descend(node, codePoint);
      if (node < 0) break;
      const leaf = this.#leafOf(node);
      if (leaf >= 0) {
        value = leaf;
        this.matchedUnits = i - index;
        if (shortest) break;
      }
      node = this.#childrenOf(node);
    }
    return value < 0 ? undefined : this.#replacement(value);
  }

  /** Returns the trie's node after the UTF-8 bytes of a code point, starting from `children`, or -1 if there is none. */
  #descend(children: number, codePoint: number): number {
    if (codePoint < 0x80) return this.#step(children, codePoint);
    let node: number;
    if (codePoint < 0x800) {
      node = this.#step(children, 0xc0 | (codePoint >> 6));
    } else {
      if (codePoint < 0x10000) {
        node = this.#step(children, 0xe0 | (codePoint >> 12));
      } else {
        node = this.#step(children, 0xf0 | (codePoint >> 18));
        node = this.#stepBelow(node, 0x80 | ((codePoint >> 12) & 0x3f));
      }
      node = this.#stepBelow(node, 0x80 | ((codePoint >> 6) & 0x3f));
    }
    return this.#stepBelow(node, 0x80 | (codePoint & 0x3f));
  }

  #stepBelow(node: number, byte: number): number {
    return node < 0 ? -1 : this.#step(this.#childrenOf(node), byte);
  }

  #step(children: number, byte: number): number {
    const node = children ^ byte;
    // A unit's label is its lowest byte, with the highest bit set on units that hold a value.
    return ((this.#units[node] ?? 0x80000000) & 0x800000ff) >>> 0 === byte ? node : -1;
  }

  #childrenOf(node: number): number {
    return node ^ offsetOf(this.#units[node] ?? 0);
  }

  #leafOf(node: number): number {
    const unit = this.#units[node] ?? 0;
    return unit & 0x100 ? (this.#units[node ^ offsetOf(unit)] ?? 0) & 0x7fffffff : -1;
  }

  #replacement(at: number): string {
    let text = this.#replacements.get(at);
    if (text === undefined) {
      const end = this.#pool.indexOf(0, at);
      text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#pool.subarray(at, end < 0 ? undefined : end));
      this.#replacements.set(at, text);
    }
    return text;
  }
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

function checkPool(pool: Uint8Array): void {
  for (let from = 0; from < pool.length;) {
    const end = pool.indexOf(0, from);
    if (end < 0 || end - from > MAX_REPLACEMENT_LENGTH) {
      throw new TokenizerFormatError({
        problem: `A replacement in the precompiled character map has ${(end < 0 ? pool.length : end) - from} bytes${end < 0 ? ' and no terminator' : ''}`,
        expected: `Expected at most ${MAX_REPLACEMENT_LENGTH}, then a NUL`,
        remedy: 'Download the tokenizer file again',
      });
    }
    from = end + 1;
  }
}
