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

  /** @param keys non-empty, no two equal; the value of each is its entry in `values`, not negative. */
  constructor(keys: readonly string[], values: ArrayLike<number>) {
    for (const unit of unitsInUse(keys)) this.#codes[unit.unit] = unit.code;
    const order = keys.map((_, i) => i).sort((a, b) => compare(keys[a] ?? '', keys[b] ?? ''));
    this.#check[Trie.root] = Trie.root;
    this.#insert({ node: Trie.root, depth: 0, from: 0, to: order.length }, order, keys, values);
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

  /** Places the children of every node, breadth first; a node's keys are a range of the sorted `order`. */
  #insert(root: Span, order: readonly number[], keys: readonly string[], values: ArrayLike<number>): void {
    const queue = [root];
    for (let head = 0; head < queue.length; head++) {
      const span = queue[head] ?? root;
      const children = this.#childrenOf(span, order, keys, values);
      if (children.length === 0) continue;
      const base = this.#findBase(children);
      this.#base[span.node] = base;
      for (const { code, from, to } of children) {
        this.#check[base + code] = span.node;
        queue.push({ node: base + code, depth: span.depth + 1, from, to });
      }
    }
  }

  #childrenOf(span: Span, order: readonly number[], keys: readonly string[], values: ArrayLike<number>): Child[] {
    const children: Child[] = [];
    let last: Child | undefined;
    for (let i = span.from; i < span.to; i++) {
      const index = order[i] ?? 0;
      const key = keys[index] ?? '';
      if (key.length === span.depth) {
        this.#values[span.node] = values[index] ?? -1;
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

function unitsInUse(keys: readonly string[]): { unit: number; code: number }[] {
  const used = new Set<number>();
  for (const key of keys) for (let i = 0; i < key.length; i++) used.add(key.charCodeAt(i));
  return [...used].sort((a, b) => a - b).map((unit, i) => ({ unit, code: i + 1 }));
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
