import type { AlignedText } from './aligned-text.ts';
import { unitsOf } from './aligned-text.ts';

/** A piece of a text: its id, or the characters that no piece is. */
export interface BpePart {
  /** -1 for a character that the vocabulary does not have. */
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** Two neighbors that may become one. */
interface Merge {
  /** The lower comes first. */
  readonly rank: number;
  readonly id: number;
}

/**
 * Byte-pair encoding (Sennrich 2016): starting from characters, the pair of neighbors with the lowest rank is joined, the
 * leftmost first, until no pair is left that may be joined.
 */
export class Bpe {
  readonly #characters: ReadonlyMap<string, number>;
  readonly #merges: ReadonlyMap<string, Merge>;

  /**
   * @param characters ids of single characters
   * @param merges by the ids of two neighbors: {@link pairKey}
   */
  constructor(characters: ReadonlyMap<string, number>, merges: ReadonlyMap<string, Merge>) {
    this.#characters = characters;
    this.#merges = merges;
  }

  /** The pieces of `[from, to)`. */
  segment(text: AlignedText, from: number, to: number): BpePart[] {
    const parts = this.#characterParts(text, from, to);
    const queue = new MergeQueue();
    const next = parts.map((_, i) => (i + 1 < parts.length ? i + 1 : -1));
    const previous = parts.map((_, i) => i - 1);
    const offer = (left: number): void => {
      const right = left < 0 ? -1 : (next[left] ?? -1);
      const [a, b] = [parts[left], parts[right]];
      const merge = a && b ? this.#merges.get(pairKey(a.id, b.id)) : undefined;
      if (a && b && merge) queue.push({ rank: merge.rank, left, leftId: a.id, right, rightId: b.id, id: merge.id });
    };
    for (let i = 0; i < parts.length; i++) offer(i);
    for (let best = queue.pop(); best; best = queue.pop()) {
      const { left, right, leftId, rightId, id } = best;
      const [a, b] = [parts[left], parts[right]];
      // One of them has been joined to another since.
      if (!a || !b || next[left] !== right || a.id !== leftId || b.id !== rightId) continue;
      parts[left] = { id, from: a.from, to: b.to };
      const after = next[right] ?? -1;
      next[left] = after;
      if (after >= 0) previous[after] = left;
      parts[right] = { id: GONE, from: b.from, to: b.to };
      offer(previous[left] ?? -1);
      offer(left);
    }
    return parts.filter(({ id }) => id !== GONE);
  }

  #characterParts(text: AlignedText, from: number, to: number): BpePart[] {
    const parts: BpePart[] = [];
    for (let i = from; i < to;) {
      const end = i + unitsOf(text.codePointAt(i));
      parts.push({ id: this.#characters.get(text.slice(i, end)) ?? -1, from: i, to: end });
      i = end;
    }
    return parts;
  }
}

/** The key of two neighbors. */
export const pairKey = (left: number, right: number): string => `${left} ${right}`;

/** The id of a part that has become a piece of another. */
const GONE = -2;

interface Candidate extends Merge {
  readonly left: number;
  readonly leftId: number;
  readonly right: number;
  readonly rightId: number;
}

/** A binary heap: the lowest rank first, then the leftmost. */
class MergeQueue {
  readonly #heap: Candidate[] = [];

  push(candidate: Candidate): void {
    const heap = this.#heap;
    heap.push(candidate);
    for (let i = heap.length - 1; i > 0;) {
      const parent = (i - 1) >> 1;
      if (!this.#swapIfBefore(i, parent)) break;
      i = parent;
    }
  }

  pop(): Candidate | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (heap.length === 0 || !last) return first;
    heap[0] = last;
    for (let i = 0; ;) {
      const [left, right] = [2 * i + 1, 2 * i + 2];
      const child = right < heap.length && this.#isBefore(right, left) ? right : left;
      if (child >= heap.length || !this.#swapIfBefore(child, i)) return first;
      i = child;
    }
  }

  #isBefore(i: number, j: number): boolean {
    const [a, b] = [this.#heap[i], this.#heap[j]];
    if (!a || !b) return false;
    return a.rank < b.rank || (a.rank === b.rank && a.left < b.left);
  }

  #swapIfBefore(i: number, j: number): boolean {
    const [a, b] = [this.#heap[i], this.#heap[j]];
    if (!a || !b || !this.#isBefore(i, j)) return false;
    this.#heap[i] = b;
    this.#heap[j] = a;
    return true;
  }
}
