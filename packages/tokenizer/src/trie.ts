/**
 * A double-array trie over UTF-16 code units (Aoe 1989): from node `s` the unit with code `c` leads to `t = base[s] + c`
 * when `check[t]` is `s`. Codes number the units that occur in the keys, so that the arrays stay small.
 */
export class Trie {
  /** The node of the empty string. */
  static readonly root = 1;
  readonly #codes = new Uint16Array(0x10000);
  #base = new Int32Array(1024);
  #check = new Int32Array(1024);
  #values = new Int32Array(1024).fill(-1);
  #firstFree = 2;

  /** @param entries keys and their values, which are whole numbers and not negative. */
  constructor(entries: ReadonlyMap<string, number>) {
    // Sorted by code units, the keys that share a beginning stand together.
    const keys = [...entries.keys()].sort();
    const values = Int32Array.from(keys, (key) => entries.get(key) ?? -1);
    for (const [i, unit] of unitsInUse(keys).entries()) this.#codes[unit] = i + 1;
    this.#check[Trie.root] = Trie.root;
    this.#insert(keys, values);
  }

  /** The node that `unit` leads to from `node`, or 0 when no key goes on so. */
  child(node: number, unit: number): number {
    const code = this.#codes[unit] ?? 0;
    if (code === 0) return 0;
    const next = (this.#base[node] ?? 0) + code;
    return this.#check[next] === node ? next : 0;
  }

  /** The value of the key that ends at `node`, or -1. */
  value(node: number): number {
    return this.#values[node] ?? -1;
  }

  /** Places the children of every node, breadth first; the keys that go through a node are a range of all keys. */
  #insert(keys: readonly string[], values: Int32Array): void {
    const queue: Span[] = [{ node: Trie.root, depth: 0, from: 0, to: keys.length }];
    for (const span of queue) {
      const children = this.#childrenOf(span, keys, values);
      if (children.length === 0) continue;
      const base = this.#findBase(children);
      this.#base[span.node] = base;
      for (const { code, from, to } of children) {
        this.#check[base + code] = span.node;
        queue.push({ node: base + code, depth: span.depth + 1, from, to });
      }
    }
  }

  #childrenOf(span: Span, keys: readonly string[], values: Int32Array): Child[] {
    const children: Child[] = [];
    let last: Child | undefined;
    for (let i = span.from; i < span.to; i++) {
      const key = keys[i] ?? '';
      if (key.length === span.depth) {
        this.#values[span.node] = values[i] ?? -1;
        continue;
      }
      const code = this.#codes[key.charCodeAt(span.depth)] ?? 0;
      if (last?.code === code) last.to = i + 1;
      else children.push((last = { code, from: i, to: i + 1 }));
    }
    return children;
  }

  /** The first base at which every child's place is free. */
  #findBase(children: readonly Child[]): number {
    const first = children[0]?.code ?? 0;
    const last = children.reduce((most, child) => Math.max(most, child.code), 0);
    while (this.#check[this.#firstFree] !== 0) this.#firstFree++;
    for (let base = Math.max(1, this.#firstFree - first); ; base++) {
      this.#reserve(base + last + 1);
      if (children.every((child) => this.#check[base + child.code] === 0)) return base;
    }
  }

  #reserve(length: number): void {
    if (length < this.#check.length) return;
    const grow = (array: Int32Array<ArrayBuffer>, filler: number) => {
      const larger = new Int32Array(2 * length).fill(filler, array.length);
      larger.set(array);
      return larger;
    };
    this.#base = grow(this.#base, 0);
    this.#check = grow(this.#check, 0);
    this.#values = grow(this.#values, -1);
  }
}

interface Span {
  readonly node: number;
  readonly depth: number;
  readonly from: number;
  readonly to: number;
}

interface Child {
  readonly code: number;
  readonly from: number;
  to: number;
}

/** Every unit of the keys once, in order. */
function unitsInUse(keys: readonly string[]): number[] {
  const used = new Uint8Array(0x10000);
  for (const key of keys) for (let i = 0; i < key.length; i++) used[key.charCodeAt(i)] = 1;
  const units: number[] = [];
  for (let unit = 0; unit < used.length; unit++) if (used[unit] === 1) units.push(unit);
  return units;
}
