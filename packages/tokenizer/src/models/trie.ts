import { allocate } from '@albert-web/errors';

/**
 * A double-array trie over UTF-16 code units (Aoe 1989): from node `s`, the unit with code `c` leads to `t = base[s] + c`
 * if `check[t]` is `s`. Units are numbered in order of first use, so that the arrays stay small.
 *
 * Children are built when a node is first visited. Texts visit a small part of a vocabulary, and building the whole trie
 * would take longer than the rest of loading a tokenizer.
 */
export class Trie {
  /** The node of the empty string. */
  static readonly root = 1;
  readonly #keys: readonly string[];
  readonly #codes = new Uint16Array(0x10000);
  /** The base of a node's children; `-1 - d` for an unopened node at depth `d`. */
  #base = new Int32Array(4096);
  #check = new Int32Array(4096).fill(FREE);
  #values = new Int32Array(4096).fill(-1);
  /** Linked lists of the keys below each unopened node: entry `i + 1` is key `i`, and 0 ends a list. */
  #heads = new Int32Array(4096);
  readonly #next: Int32Array<ArrayBuffer>;
  /** Scratch space of `#open`: lists by code, and the last key that ends here. All 0 between calls. */
  readonly #buckets = [0];
  readonly #endings = [0];
  #firstFree = 2;

  /** @param keys nonempty; the last of equal keys wins */
  constructor(keys: readonly string[]) {
    this.#keys = keys;
    this.#next = allocate(Int32Array, keys.length + 1);
    for (let entry = 2; entry <= keys.length; entry++) this.#next[entry] = entry - 1;
    this.#place(Trie.root, Trie.root, 0, keys.length);
  }

  /** Returns the child of `node` for `unit`, or 0 if there is none. */
  child(node: number, unit: number): number {
    let base = this.#base[node] ?? 0;
    if (base < 0) base = this.#open(node, -1 - base);
    const code = this.#codes[unit] ?? 0;
    if (code === 0) return 0;
    const next = base + code;
    return this.#check[next] === node ? next : 0;
  }

  /** Returns the index of the key that ends at `node`, or -1. */
  value(node: number): number {
    return this.#values[node] ?? -1;
  }

  /** Groups a node's keys by their next unit and creates a child for each. Returns the node's base. */
  #open(node: number, depth: number): number {
    const keys = this.#keys;
    const next = this.#next;
    const buckets = this.#buckets;
    const endings = this.#endings;
    const codes: number[] = [];
    let following = 0;
    for (let entry = this.#heads[node] ?? 0; entry !== 0; entry = following) {
      following = next[entry] ?? 0;
      const key = keys[entry - 1] ?? '';
      const code = this.#codeOf(key.charCodeAt(depth));
      const head = buckets[code] ?? 0;
      const ending = endings[code] ?? 0;
      if (head === 0 && ending === 0) codes.push(code);
      if (key.length === depth + 1) {
        endings[code] = Math.max(ending, entry);
      } else {
        next[entry] = head;
        buckets[code] = entry;
      }
    }
    const base = this.#findBase(codes);
    this.#base[node] = base;
    for (const code of codes) {
      this.#place(base + code, node, depth + 1, buckets[code] ?? 0);
      this.#values[base + code] = (endings[code] ?? 0) - 1;
      buckets[code] = 0;
      endings[code] = 0;
    }
    return base;
  }

  #place(node: number, parent: number, depth: number, list: number): void {
    this.#check[node] = parent;
    this.#heads[node] = list;
    this.#base[node] = list === 0 ? 0 : -1 - depth;
  }

  #codeOf(unit: number): number {
    const code = this.#codes[unit] ?? 0;
    if (code !== 0) return code;
    this.#buckets.push(0);
    return (this.#codes[unit] = this.#endings.push(0) - 1);
  }

  /** Finds the first base at which all children's slots are free. */
  #findBase(codes: readonly number[]): number {
    const first = codes.reduce((least, code) => Math.min(least, code), Infinity);
    const last = codes.reduce((most, code) => Math.max(most, code), 0);
    while (this.#check[this.#firstFree] !== FREE) this.#reserve(++this.#firstFree);
    for (let base = Math.max(1, this.#firstFree - first); ; base++) {
      this.#reserve(base + last);
      let fitting = 0;
      while (fitting < codes.length && this.#check[base + (codes[fitting] ?? 0)] === FREE) fitting++;
      if (fitting === codes.length) return base;
    }
  }

  #reserve(node: number): void {
    if (node < this.#check.length) return;
    const grow = (array: Int32Array<ArrayBuffer>, filler: number) => {
      const larger = allocate(Int32Array, 2 * node).fill(filler, array.length);
      larger.set(array);
      return larger;
    };
    this.#base = grow(this.#base, 0);
    this.#check = grow(this.#check, FREE);
    this.#values = grow(this.#values, -1);
    this.#heads = grow(this.#heads, 0);
  }
}

/** `check` of a free slot. */
const FREE = -1;
