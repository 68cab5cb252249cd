import type { AlignedText } from '../aligned-text.ts';
import { unitsOf } from '../aligned-text.ts';

/** A piece of a text, as a range. */
export interface BpePart {
  /** -1 for a character that is not in the vocabulary. */
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** The merge of two neighbors. */
export interface Merge {
  /** Lower ranks are merged first. */
  readonly rank: number;
  readonly id: number;
}

/** Looks up the merge of two neighbors, if there is one. */
export type MergeOf = (text: AlignedText, left: BpePart, right: BpePart) => Merge | undefined;

/**
 * Byte-pair encoding (Sennrich 2016). Starting from characters, it repeatedly merges the pair of neighbors with the lowest rank,
 * the leftmost of equals, until no pair can be merged.
 */
export class Bpe {
  readonly #ids: ReadonlyMap<string, number>;
  readonly #mergeOf: MergeOf;

  /** @param ids ids of the initial pieces: single characters, and those that `wholeAt` of `segment` finds */
  constructor(ids: ReadonlyMap<string, number>, mergeOf: MergeOf) {
    this.#ids = ids;
    this.#mergeOf = mergeOf;
  }

  /**
   * Splits `[from, to)` into pieces.
   *
   * @param wholeAt returns the length of the unsplittable piece at this index, or 0 if there is none
   */
  segment(text: AlignedText, from: number, to: number, wholeAt: (place: number) => number = () => 0): BpePart[] {
    const parts = this.#firstParts(text, from, to, wholeAt);
    const queue = new MergeQueue();
    const next = parts.map((_, i) => (i + 1 < parts.length ? i + 1 : -1));
    const previous = parts.map((_, i) => i - 1);
    const offer = (left: number): void => {
      const right = left < 0 ? -1 : (next[left] ?? -1);
      const [a, b] = [parts[left], parts[right]];
      const merge = a && b ? this.#mergeOf(text, a, b) : undefined;
      if (a && b && merge) queue.push({ rank: merge.rank, left, leftId: a.id, right, rightId: b.id, id: merge.id });
    };
    for (let i = 0; i < parts.length; i++) offer(i);
    for (let best = queue.pop(); best; best = queue.pop()) {
      const { left, right, leftId, rightId, id } = best;
      const [a, b] = [parts[left], parts[right]];
      // Stale: one of the two has been merged since.
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

  #firstParts(text: AlignedText, from: number, to: number, wholeAt: (place: number) => number): BpePart[] {
    const parts: BpePart[] = [];
    for (let i = from; i < to;) {
      const end = i + (wholeAt(i) || unitsOf(text.codePointAt(i)));
      parts.push({ id: this.#ids.get(text.slice(i, end)) ?? -1, from: i, to: end });
      i = end;
    }
    return parts;
  }
}

/** The id of a part that has been merged into another. */
const GONE = -2;

interface Candidate extends Merge {
  readonly left: number;
  readonly leftId: number;
  readonly right: number;
  readonly rightId: number;
}

/** A binary heap ordered by rank, then by position. */
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
