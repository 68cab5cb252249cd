import type { AlignedText } from '../aligned-text.ts';
import { Trie } from './trie.ts';

/** A piece of a word, as a range of the text. */
export interface WordPart {
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** Prefix of pieces that continue a word. */
const CONTINUATION = '##';

/** WordPiece: greedily splits a word into the longest pieces of the vocabulary (transformers, tokenization_bert.py). */
export class WordPiece {
  readonly #trie: Trie;
  /** The ids of the trie's keys. */
  readonly #ids: readonly number[];
  readonly #continuation: number;
  readonly #maxWordLength: number;

  /** @param maxWordLength in characters; longer words become the unknown token, which also bounds the time */
  constructor(ids: ReadonlyMap<string, number>, maxWordLength: number) {
    this.#trie = new Trie([...ids.keys()]);
    this.#ids = [...ids.values()];
    this.#maxWordLength = maxWordLength;
    const mark = CONTINUATION.charCodeAt(0);
    this.#continuation = this.#trie.child(this.#trie.child(Trie.root, mark), mark);
  }

  /** Splits the word `[from, to)` into pieces. Returns undefined if some part of it matches no piece. */
  split(text: AlignedText, from: number, to: number): WordPart[] | undefined {
    if (to - from > this.#maxWordLength && Array.from(text.slice(from, to)).length > this.#maxWordLength)
      return undefined;
    const parts: WordPart[] = [];
    for (let start = from; start < to;) {
      const part = this.#longest(text, start, to, start === from ? Trie.root : this.#continuation);
      if (part === undefined) return undefined;
      parts.push(part);
      start = part.to;
    }
    return parts;
  }

  #longest(text: AlignedText, from: number, limit: number, root: number): WordPart | undefined {
    let longest: WordPart | undefined;
    let node = root;
    for (let to = from + 1; to <= limit; to++) {
      node = this.#trie.child(node, text.units[to - 1] ?? 0);
      if (node === 0) break;
      const id = this.#ids[this.#trie.value(node)];
      if (id !== undefined) longest = { id, from, to };
    }
    return longest;
  }
}
