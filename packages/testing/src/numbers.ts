/** A source of reproducible random numbers. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
  /** Integer in [low, high). */
  integer(low: number, high: number): number;
  /** `count` standard normals times `scale`. */
  normals(count: number, scale?: number): Float32Array<ArrayBuffer>;
}

/** Creates mulberry32: small, fast, good enough for test data, the same on every platform. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return {
    uniform,
    normal,
    integer: (low, high) => low + Math.floor(uniform() * (high - low)),
    normals: (count, scale = 1) => Float32Array.from({ length: count }, () => normal() * scale),
  };
}

/** Returns the largest absolute difference; Infinity if lengths differ or any value is NaN, so broken results cannot pass. */
export function maxAbsDiff(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs((actual[i] ?? NaN) - (expected[i] ?? NaN));
    if (Number.isNaN(difference)) return Infinity;
    if (difference > worst) worst = difference;
  }
  return worst;
}
