/** The kernels one by one, for tests and the micro-benchmark. Not part of the four builds. */
import { Activation, activate, erf, exp } from './inference/math';
import { multiplyTile } from './inference/tile-f32';
import { Dot, multiplyTileQ8 } from './inference/tile-q8';

export { leastActivation } from './inference/tile-q8';
export { multiplyTile, multiplyTileQ8 };

/** Functions by the number that `apply` takes. */
const enum Function {
  exp,
  erf,
  geluErf,
  geluTanh,
}

/** `out = f(x)` for a multiple of four elements. */
export function apply(f: Function, x: usize, count: i32, out: usize): void {
  for (const end = x + (<usize>count << 2); x < end; x += 16, out += 16) {
    const value = v128.load(x);
    switch (f) {
      case Function.exp: v128.store(out, exp(value)); break;
      case Function.erf: v128.store(out, erf(value)); break;
      case Function.geluErf: v128.store(out, activate(Activation.geluErf, value)); break;
      default: v128.store(out, activate(Activation.geluTanh, value)); break;
    }
  }
}

/** The same tile over and over, from the first-level cache: the most that the inner loops can reach. */
export function repeatTile(dot: Dot, rows: i32, times: i32, a: usize, w: usize, panels: i32, out: usize): void {
  for (let i = 0; i < times; i++) {
    if (dot != Dot.none) multiplyTileQ8(dot, rows, a, w, panels, out);
    else multiplyTile(rows, a, rows << 5, w, panels, out);
  }
}
