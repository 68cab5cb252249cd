/** GELU (tanh form, exact form) and ReLU with their derivatives, elementwise over `count` floats. */
import { exp4, normalCumulative4, sigmoid4 } from './math';

/** What `activation` means: the order of `activationCodes` in `packages/training/src/encoder/wasm-kernels.ts`. */
const GELU_NEW: i32 = 0;
const GELU: i32 = 1;

/** sqrt(2 / pi) and the cubic factor of the tanh form. */
const ROOT: f32 = 0.7978845608;
const CUBIC: f32 = 0.044715;

export function activate(x: usize, y: usize, count: i32, activation: i32): void {
  const end = count & ~3;
  for (let i = 0; i < end; i += 4) {
    const at = <usize>(i << 2);
    v128.store(y + at, value4(v128.load(x + at), activation));
  }
  for (let i = end; i < count; i++) {
    const at = <usize>(i << 2);
    f32.store(y + at, f32x4.extract_lane(value4(f32x4.splat(f32.load(x + at)), activation), 0));
  }
}

/** `dx = dy * activation'(x)`; `dx` may be `dy`. */
export function activateGradient(x: usize, dy: usize, dx: usize, count: i32, activation: i32): void {
  const end = count & ~3;
  for (let i = 0; i < end; i += 4) {
    const at = <usize>(i << 2);
    v128.store(dx + at, f32x4.mul(v128.load(dy + at), slope4(v128.load(x + at), activation)));
  }
  for (let i = end; i < count; i++) {
    const at = <usize>(i << 2);
    f32.store(dx + at, f32.load(dy + at) * f32x4.extract_lane(slope4(f32x4.splat(f32.load(x + at)), activation), 0));
  }
}

// @ts-ignore: decorator
@inline
function value4(x: v128, activation: i32): v128 {
  if (activation == GELU_NEW) return f32x4.mul(x, sigmoid4(twiceInner4(x)));
  if (activation == GELU) return f32x4.mul(x, normalCumulative4(x));
  return f32x4.max(x, f32x4.splat(0));
}

// @ts-ignore: decorator
@inline
function slope4(x: v128, activation: i32): v128 {
  const one = f32x4.splat(1);
  if (activation == GELU_NEW) {
    const s = sigmoid4(twiceInner4(x));
    const innerSlope = f32x4.mul(
      f32x4.splat(2 * ROOT),
      f32x4.add(one, f32x4.mul(f32x4.splat(3 * CUBIC), f32x4.mul(x, x))),
    );
    return f32x4.add(s, f32x4.mul(f32x4.mul(x, innerSlope), f32x4.mul(s, f32x4.sub(one, s))));
  }
  if (activation == GELU) {
    const density = f32x4.mul(f32x4.splat(0.39894228), exp4(f32x4.mul(f32x4.splat(-0.5), f32x4.mul(x, x))));
    return f32x4.add(normalCumulative4(x), f32x4.mul(x, density));
  }
  return v128.bitselect(one, f32x4.splat(0), f32x4.gt(x, f32x4.splat(0)));
}

/** Twice the argument of tanh: `0.5 (1 + tanh u)` is `sigmoid(2 u)`. */
// @ts-ignore: decorator
@inline
function twiceInner4(x: v128): v128 {
  const square = f32x4.mul(x, x);
  return f32x4.mul(
    f32x4.mul(f32x4.splat(2 * ROOT), x),
    f32x4.add(f32x4.splat(1), f32x4.mul(f32x4.splat(CUBIC), square)),
  );
}
