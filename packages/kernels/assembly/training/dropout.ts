/** Dropout whose mask is a hash of a key and the element's index, so the backward pass can recompute it instead of storing it. */
import { Team } from '../generated/records';
import { barrier, takeItem } from '../parallel';
import { grain } from './grain';

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

/** Computes `y[i] = x[i] / keep` if the hash of `i` is below `threshold` (`keep * 2^32`), else 0. `y` may be `x`. */
export function dropout(team: Team, thread: i32, x: usize, y: usize, count: i32, key: u32, threshold: u32, scale: f32): void {
  for (let first = takeItem(team) * grain; first < count; first = takeItem(team) * grain) {
    const last = min(first + grain, count);
    for (let i = first; i < last; i++) {
      const at = <usize>i << 2;
      const kept = hash(key, <u32>i) < threshold;
      f32.store(y + at, kept ? f32.load(x + at) * scale : 0);
    }
  }
  barrier(team, thread);
}
