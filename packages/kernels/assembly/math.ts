/**
 * Vectorized exp, erf and the activations built on them. Error bounds are measured in `src/kernels.device.test.ts` against float64:
 * exp 2.5e-7 relative; erf 5e-7, GELU (both forms) and SiLU 2e-6, tanh 2e-7 absolute.
 */
import { madd, nmadd } from './simd';

const enum Constant {
  one, largest, smallest, log2e, roundingShift, ln2High, ln2Low, p0, p1, p2, p3, p4, p5, gelu1, gelu3, count,
}

/** Looks up a constant. If `constant` is known at compile time, the whole chain folds away. */
// @ts-ignore: decorator
@inline
function valueOf(constant: Constant): f32 {
  return constant == Constant.one ? 1.0
    : constant == Constant.largest ? 88.0
    : constant == Constant.smallest ? -87.0
    : constant == Constant.log2e ? 1.44269504
    // 1.5 * 2^23: adding it to a small number leaves the nearest integer in the low bits of the sum.
    : constant == Constant.roundingShift ? 12582912.0
    // ln 2 in two parts, so that n times the first is exact.
    : constant == Constant.ln2High ? 0.693359375
    : constant == Constant.ln2Low ? -2.12194440e-4
    // Cephes expf: minimax for (e^r - 1 - r) / r^2.
    : constant == Constant.p0 ? 1.9875691500e-4
    : constant == Constant.p1 ? 1.3981999507e-3
    : constant == Constant.p2 ? 8.3334519073e-3
    : constant == Constant.p3 ? 4.1665795894e-2
    : constant == Constant.p4 ? 1.6666665459e-1
    : constant == Constant.p5 ? 5.0000001201e-1
    // gelu_new: -2 sqrt(2/pi), and the same times 0.044715.
    : constant == Constant.gelu1 ? -1.5957691216
    : -0.0713548162726;
}

/**
 * Returns the address of a table with every constant four times, written when the module starts. V8 rebuilds a vector constant
 * wherever it is used, in three instructions; a load takes one.
 */
function table(): usize {
  return memory.data(256);
}

for (let constant = 0; constant < <i32>Constant.count; constant++) {
  v128.store(table() + (<usize>constant << 4), f32x4.splat(valueOf(constant)));
}

// @ts-ignore: decorator
@inline
function get(constant: Constant): v128 {
  return v128.load(table() + (<usize>constant << 4));
}

/** Computes e^x for x clamped to [-87, 88]. The result is at least 1e-38, and every caller adds something larger to it. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  return expOfAtMost88(f32x4.pmin(x, get(Constant.largest)));
}

/** Computes the same for x known to be at most 88, as in a softmax. */
// @ts-ignore: decorator
@inline
export function expOfAtMost88(x: v128): v128 {
  const clamped = f32x4.pmax(x, get(Constant.smallest));
  // x = n ln2 + r with |r| <= ln2 / 2.
  const shifted = madd(clamped, get(Constant.log2e), get(Constant.roundingShift));
  const n = f32x4.sub(shifted, get(Constant.roundingShift));
  const r = nmadd(n, get(Constant.ln2Low), nmadd(n, get(Constant.ln2High), clamped));
  let p = madd(get(Constant.p0), r, get(Constant.p1));
  p = madd(p, r, get(Constant.p2));
  p = madd(p, r, get(Constant.p3));
  p = madd(p, r, get(Constant.p4));
  p = madd(p, r, get(Constant.p5));
  p = madd(f32x4.mul(r, r), p, f32x4.add(r, get(Constant.one)));
  // Adding n to the exponent bits multiplies by 2^n.
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

/** Computes erf(x) as an odd rational function on [-4, 4]; beyond, it is ±1 in f32 (Eigen, `generic_fast_erf_float`). */
// @ts-ignore: decorator
@inline
export function erf(x: v128): v128 {
  const t = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-4.0)), f32x4.splat(4.0));
  const s = f32x4.mul(t, t);
  let p = madd(f32x4.splat(-2.72614225801306e-10), s, f32x4.splat(2.77068142495902e-8));
  p = madd(p, s, f32x4.splat(-2.10102402082508e-6));
  p = madd(p, s, f32x4.splat(-5.69250639462346e-5));
  p = madd(p, s, f32x4.splat(-7.34990630326855e-4));
  p = madd(p, s, f32x4.splat(-2.954599809e-3));
  p = madd(p, s, f32x4.splat(-1.60960333262415e-2));
  let q = madd(f32x4.splat(-1.45660718464996e-5), s, f32x4.splat(-2.13374055278905e-4));
  q = madd(q, s, f32x4.splat(-1.68282697438203e-3));
  q = madd(q, s, f32x4.splat(-7.37332916720468e-3));
  q = madd(q, s, f32x4.splat(-1.42647390514189e-2));
  return f32x4.div(f32x4.mul(t, p), q);
}

/**
 * Computes `gelu_new`: x/2 (1 + tanh u) with u = sqrt(2/pi) (x + 0.044715 x^3). Because (1 + tanh u) / 2 = 1 / (1 + e^-2u),
 * one exponential is enough.
 */
// @ts-ignore: decorator
@inline
export function gelu_new(x: v128): v128 {
  const minusTwoU = f32x4.mul(x, madd(f32x4.mul(x, x), get(Constant.gelu3), get(Constant.gelu1)));
  return f32x4.div(x, f32x4.add(exp(minusTwoU), get(Constant.one)));
}

/** Computes x^3. */
// @ts-ignore: decorator
@inline
export function cube(x: v128): v128 {
  return f32x4.mul(f32x4.mul(x, x), x);
}

/** Computes the slope of `erf`: 2 / sqrt(pi) e^(-x^2). */
// @ts-ignore: decorator
@inline
export function erfSlope(x: v128): v128 {
  return f32x4.mul(f32x4.splat(1.12837917), exp(f32x4.neg(f32x4.mul(x, x))));
}

/** Computes 1 / (1 + e^-x). */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const one = get(Constant.one);
  return f32x4.div(one, f32x4.add(exp(f32x4.neg(x)), one));
}

/** Computes `max(x, 0)`. */
// @ts-ignore: decorator
@inline
export function relu(x: v128): v128 {
  return f32x4.max(x, f32x4.splat(0));
}

/** Computes the slope of `relu`: 1 above 0, else 0. */
// @ts-ignore: decorator
@inline
export function step(x: v128): v128 {
  return v128.and(f32x4.gt(x, f32x4.splat(0)), get(Constant.one));
}

/** Computes tanh(x) as 1 - 2 / (1 + e^2x), to 2e-7 absolute. */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const one = get(Constant.one);
  return f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exp(f32x4.add(x, x)), one)));
}
