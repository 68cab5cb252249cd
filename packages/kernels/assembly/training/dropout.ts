/** Dropout whose mask is a hash of a key and the element's index: nothing to store, the same again in the backward pass. */

/** The same function as `hash` in `packages/training/src/random.ts`. */
// @ts-ignore: decorator
@inline
export function hash(key: u32, counter: u32): u32 {
  let x = counter * 0x9e3779b9 + key;
  x = (x ^ (x >>> 16)) * 0x21f0aaad;
  x = (x ^ (x >>> 15)) * 0x735a2d97;
  x = x ^ (x >>> 15);
  x = (x + key) * 0x9e3779b1;
  return x ^ (x >>> 16);
}

/** `y[i] = x[i] / keep` where the hash of `first + i` is below `threshold` (`keep * 2^32`), else 0. `y` may be `x`. */
export function dropout(x: usize, y: usize, count: i32, first: u32, key: u32, threshold: u32, scale: f32): void {
  for (let i = 0; i < count; i++) {
    const at = <usize>(i << 2);
    const kept = hash(key, first + <u32>i) < threshold;
    f32.store(y + at, kept ? f32.load(x + at) * scale : 0);
  }
}
