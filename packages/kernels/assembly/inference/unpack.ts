/**
 * Unpacks weights that are stored in fewer bits than they are multiplied in, one panel at a time, just before its products.
 *
 * 4-bit weights are `[panel][group][output][16 bytes]`: 32 weights of one output, the first 16 in the low halves of the bytes.
 * `multiples` are `[panel][group][output]`.
 */
import { Linear, WeightStorage } from '../generated/records';

/** Returns whether a layer's weights are multiplied as integers, and not in f32. */
export function isQuantized(layer: Linear): bool {
  return layer.storage == WeightStorage.q8 || layer.storage == WeightStorage.q4;
}

/** Returns the bytes of an integer weight when multiplied: plain products use 16 bits, so 4-bit weights are unpacked to 16. */
export function unpackedBytes(layer: Linear): i32 {
  return !ASC_FEATURE_RELAXED_SIMD && layer.storage == WeightStorage.q4 ? 2 : 1;
}

/** Returns the address of one panel of a layer's weights, ready to multiply. `scratch` has room for one. */
export function panelWeights(layer: Linear, panel: i32, scratch: usize): usize {
  const first = <usize>(panel * layer.inputPanels);
  switch (layer.storage) {
    case WeightStorage.f32:
      return layer.weights + (first << 8);
    case WeightStorage.q8:
      return layer.weights + (first << 6);
    case WeightStorage.widened:
      return widen(layer, panel, scratch);
    case WeightStorage.q4:
      return unpackToIntegers(layer, panel, scratch);
    default:
      return unpackToFloat(layer, panel, scratch);
  }
}

function widen(layer: Linear, panel: i32, scratch: usize): usize {
  const pairBytes = <usize>layer.inputPanels << 4;
  let w = layer.weights + (<usize>(panel * layer.inputPanels) << 6);
  let to = scratch;
  for (let scales = layer.scales + (<usize>panel << 5), last = scales + 32; scales < last; scales += 8) {
    const scale0 = v128.load32_splat(scales), scale1 = v128.load32_splat(scales, 4);
    for (const end = w + pairBytes; w < end; w += 8, to += 32) {
      const values = v128.load8x8_s(w);
      v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(values)), scale0));
      v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(values)), scale1), 16);
    }
  }
  return scratch;
}

function unpackToFloat(layer: Linear, panel: i32, scratch: usize): usize {
  const groups = <usize>(layer.inputPanels >> 2);
  const halfBytes = groups << 7;
  let w = layer.weights + (<usize>panel * groups << 7);
  let m = layer.multiples + (<usize>panel * groups << 5);
  for (let to = scratch, end = to + halfBytes; to < end; to += 128) {
    for (let output: usize = 0; output < 8; output++, w += 16, m += 4) {
      const at = to + (output >> 1) * 2 * halfBytes + ((output & 1) << 4);
      const multiple = v128.load32_splat(m);
      const bytes = v128.load(w);
      const low = i8x16.sub(lowNibbles(bytes), i8x16.splat(8)), high = i8x16.sub(highNibbles(bytes), i8x16.splat(8));
      storeHalves(at, halfBytes, i16x8.extend_low_i8x16_s(low), multiple);
      storeHalves(at + 32, halfBytes, i16x8.extend_high_i8x16_s(low), multiple);
      storeHalves(at + 64, halfBytes, i16x8.extend_low_i8x16_s(high), multiple);
      storeHalves(at + 96, halfBytes, i16x8.extend_high_i8x16_s(high), multiple);
    }
  }
  return scratch;
}

/** Stores eight weights of one output in f32, times `multiple`; the last four go into the other half of the panel. */
// @ts-ignore: decorator
@inline
function storeHalves(to: usize, halfBytes: usize, values: v128, multiple: v128): void {
  v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(values)), multiple));
  v128.store(to + halfBytes, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(values)), multiple));
}

function unpackToIntegers(layer: Linear, panel: i32, scratch: usize): usize {
  const groups = <usize>(layer.inputPanels >> 2);
  const w = layer.weights + (<usize>panel * groups << 7);
  const m = layer.multiples + (<usize>panel * groups << 4);
  if (ASC_FEATURE_RELAXED_SIMD) unpackColumns(w, m, groups, scratch);
  else unpackPairs(w, m, groups, scratch);
  return scratch;
}

/** Unpacks for relaxed products, to `[k / 4][output][4]`. */
function unpackColumns(w: usize, m: usize, groups: usize, to: usize): void {
  for (const end = to + (groups << 8); to < end; to += 256) {
    for (let half: usize = 0; half < 32; half += 16, w += 64, m += 8) {
      const t0 = values(m), t1 = values(m + 2), t2 = values(m + 4), t3 = values(m + 6);
      const x0 = v128.load(w), x1 = v128.load(w, 16), x2 = v128.load(w, 32), x3 = v128.load(w, 48);
      storeColumns(
        to + half,
        i8x16.relaxed_swizzle(t0, lowNibbles(x0)),
        i8x16.relaxed_swizzle(t1, lowNibbles(x1)),
        i8x16.relaxed_swizzle(t2, lowNibbles(x2)),
        i8x16.relaxed_swizzle(t3, lowNibbles(x3)),
      );
      storeColumns(
        to + half + 128,
        i8x16.relaxed_swizzle(t0, highNibbles(x0)),
        i8x16.relaxed_swizzle(t1, highNibbles(x1)),
        i8x16.relaxed_swizzle(t2, highNibbles(x2)),
        i8x16.relaxed_swizzle(t3, highNibbles(x3)),
      );
    }
  }
}

/** Returns the values of the 16 nibbles, `round((nibble - 8) * multiple / 128)`. The instruction rounds to bits 15 and up. */
// @ts-ignore: decorator
@inline
function values(m: usize): v128 {
  const multiple = v128.load16_splat(m);
  const negative = i16x8.relaxed_q15mulr_s(i16x8(-2048, -1792, -1536, -1280, -1024, -768, -512, -256), multiple);
  const positive = i16x8.relaxed_q15mulr_s(i16x8(0, 256, 512, 768, 1024, 1280, 1536, 1792), multiple);
  return i8x16.narrow_i16x8_s(negative, positive);
}

/** Stores 16 k of four outputs as four times `[output][4 k]`, leaving room in between for the other four outputs. */
// @ts-ignore: decorator
@inline
function storeColumns(to: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  const low01 = v128.shuffle<i32>(x0, x1, 0, 4, 1, 5), high01 = v128.shuffle<i32>(x0, x1, 2, 6, 3, 7);
  const low23 = v128.shuffle<i32>(x2, x3, 0, 4, 1, 5), high23 = v128.shuffle<i32>(x2, x3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(low01, low23, 0, 2));
  v128.store(to, v128.shuffle<i64>(low01, low23, 1, 3), 32);
  v128.store(to, v128.shuffle<i64>(high01, high23, 0, 2), 64);
  v128.store(to, v128.shuffle<i64>(high01, high23, 1, 3), 96);
}

/** Unpacks for plain products, to `[output / 2][panel][2][8]` in 16 bits. */
function unpackPairs(w: usize, m: usize, groups: usize, to: usize): void {
  const pairBytes = groups << 7;
  for (const end = to + pairBytes; to < end; to += 128) {
    for (let output: usize = 0; output < 8; output++, w += 16, m += 2) {
      const at = to + (output >> 1) * pairBytes + ((output & 1) << 4);
      const multiple = v128.load16_splat(m);
      // Computes `(nibble - 8) * multiple + 64`, whose bits from 7 up are the weight. Only the sum has to fit into 16 bits.
      const rest = i16x8.sub(i16x8.splat(64), i16x8.shl(multiple, 3));
      const bytes = v128.load(w);
      const low = lowNibbles(bytes), high = highNibbles(bytes);
      v128.store(at, scaled(i16x8.extend_low_i8x16_u(low), multiple, rest));
      v128.store(at, scaled(i16x8.extend_high_i8x16_u(low), multiple, rest), 32);
      v128.store(at, scaled(i16x8.extend_low_i8x16_u(high), multiple, rest), 64);
      v128.store(at, scaled(i16x8.extend_high_i8x16_u(high), multiple, rest), 96);
    }
  }
}

// @ts-ignore: decorator
@inline
function scaled(nibbles: v128, multiple: v128, rest: v128): v128 {
  return i16x8.shr_s(i16x8.add(i16x8.mul(nibbles, multiple), rest), 7);
}

// @ts-ignore: decorator
@inline
function lowNibbles(bytes: v128): v128 {
  return v128.and(bytes, i8x16.splat(15));
}

/** Shifts in 16 bits, because x86 cannot shift bytes. */
// @ts-ignore: decorator
@inline
function highNibbles(bytes: v128): v128 {
  return v128.and(i16x8.shr_u(bytes, 4), i8x16.splat(15));
}
