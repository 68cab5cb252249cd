/** The few vector operations that differ between the builds. */

/** Computes `a * b + c`, fused in builds with relaxed SIMD, so results may differ in the last bit between builds. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** Computes `c - a * b`. */
// @ts-ignore: decorator
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_nmadd(a, b, c) : f32x4.sub(c, f32x4.mul(a, b));
}

/** Returns the sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function sumLanes(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** Returns the largest of the four lanes. */
// @ts-ignore: decorator
@inline
export function maxLane(x: v128): f32 {
  const pairs = f32x4.pmax(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1));
  return max(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/** Returns the smallest of the four lanes. */
// @ts-ignore: decorator
@inline
export function minLane(x: v128): f32 {
  const pairs = f32x4.pmin(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1));
  return min(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/** Stores the sums of the lanes of two vectors of four `T`. */
// @ts-ignore: decorator
@inline
export function storeSums<T>(out: usize, a: v128, b: v128): void {
  const pairs = v128.add<T>(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  v128.store64_lane(out, v128.add<T>(pairs, v128.shuffle<i32>(pairs, pairs, 2, 3, 0, 1)), 0);
}
