/** IEEE 754 binary16 from binary32, round to nearest even: `Float16Array` is younger than the browsers this runs in. */

/** The bits of the half nearest to `value`; magnitudes above 65504 become infinity. */
export function float16Bits(value: number): number {
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude >= 0x47800000) return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
  if (magnitude >= 0x38800000) return sign | roundToEven(magnitude - 0x38000000, 13);
  if (magnitude < 0x33000000) return sign;
  // A subnormal half: the implicit leading bit becomes explicit, then as many bits go as the exponent is short.
  const shift = 126 - (magnitude >>> 23);
  return sign | roundToEven((magnitude & 0x7fffff) | 0x800000, shift);
}

/** The value that half-precision bits stand for. */
export function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** `bits >>> shift`, rounded to nearest, ties to even. */
function roundToEven(bits: number, shift: number): number {
  const half = 2 ** (shift - 1);
  const kept = bits >>> shift;
  const dropped = bits & (2 ** shift - 1);
  return kept + (dropped > half || (dropped === half && (kept & 1) === 1) ? 1 : 0);
}

const view = new DataView(new ArrayBuffer(4));
