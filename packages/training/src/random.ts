/**
 * Counter-based random numbers: each is a pure function of a key and an index, so no state is needed to reproduce it. The backward
 * pass gets the same dropout mask, and a run resumed at step 500 gets the same numbers as an uninterrupted one.
 */

/** Hashes to a 32-bit unsigned integer. The same function as `hash` in assembly/training/dropout.ts of `packages/kernels`. */
export function hash(key: number, counter: number): number {
  let x = (Math.imul(counter, 0x9e3779b9) + key) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  x ^= x >>> 15;
  x = Math.imul(x + key, 0x9e3779b1);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Derives a key from a key and a sequence of numbers: `deriveKey(seed, step, site)`. */
export function deriveKey(key: number, ...path: readonly number[]): number {
  return path.reduce((derived, part) => hash(derived ^ 0x5bd1e995, part), key >>> 0);
}

/** A stream of random numbers. Its only state is `draws`. */
export class RandomStream {
  /** Numbers drawn so far. */
  draws = 0;
  readonly #key: number;

  constructor(key: number) {
    this.#key = key;
  }

  /** Returns a uniform number in [0, 1). */
  uniform(): number {
    return hash(this.#key, this.draws++) / 4294967296;
  }

  /** Returns an integer in [low, high], inclusive, like Python's `randint`. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  /** Shuffles in place (Fisher-Yates). */
  shuffle<T>(items: T[]): T[] {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.integer(0, last);
      const held = items[last] as T;
      items[last] = items[other] as T;
      items[other] = held;
    }
    return items;
  }

  /** Returns a normal number with mean 0, redrawn beyond two deviations, like TensorFlow's `truncated_normal_initializer`. */
  truncatedNormal(deviation: number): number {
    for (;;) {
      const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
      const value = radius * Math.cos(2 * Math.PI * this.uniform());
      if (Math.abs(value) <= 2) return value * deviation;
    }
  }
}

/** Returns a permutation of 0 to `count - 1` that depends only on the key. */
export function permutation(count: number, key: number): number[] {
  return new RandomStream(key).shuffle(Array.from({ length: count }, (_, index) => index));
}
