/**
 * Randomness by counter: a number is a pure function of a key and an index, so nothing has to be stored to repeat it. A
 * dropout mask is the same again in the backward pass, and a run resumed at step 500 draws what an uninterrupted one draws.
 */

/** A mixed 32-bit unsigned integer. The same function as `hash` in assembly/training/dropout.ts of `packages/kernels`. */
export function hash(key: number, counter: number): number {
  let x = (Math.imul(counter, 0x9e3779b9) + key) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  x ^= x >>> 15;
  x = Math.imul(x + key, 0x9e3779b1);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A new key from a key and whatever it is to depend on, in order: `deriveKey(seed, step, site)`. */
export function deriveKey(key: number, ...path: readonly number[]): number {
  return path.reduce((derived, part) => hash(derived ^ 0x5bd1e995, part), key >>> 0);
}

/** Draws one after another. Its whole state is `draws`. */
export class RandomStream {
  /** How many numbers were drawn. */
  draws = 0;
  readonly #key: number;

  constructor(key: number) {
    this.#key = key;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return hash(this.#key, this.draws++) / 4294967296;
  }

  /** Integer in [low, high], both included, as Python's `randint`. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  /** Fisher-Yates, in place. */
  shuffle<T>(items: T[]): T[] {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.integer(0, last);
      const held = items[last] as T;
      items[last] = items[other] as T;
      items[other] = held;
    }
    return items;
  }

  /** Normal with mean 0, redrawn beyond two deviations: TensorFlow's `truncated_normal_initializer`. */
  truncatedNormal(deviation: number): number {
    for (;;) {
      const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
      const value = radius * Math.cos(2 * Math.PI * this.uniform());
      if (Math.abs(value) <= 2) return value * deviation;
    }
  }
}

/** 0 to `count - 1` in an order that depends on the key alone. */
export function permutation(count: number, key: number): number[] {
  return new RandomStream(key).shuffle(Array.from({ length: count }, (_, index) => index));
}
