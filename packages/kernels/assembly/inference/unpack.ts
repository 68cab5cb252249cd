/**
 * Weights that are stored in fewer bits than they are multiplied in: one panel at a time, just before its products.
 *
 * 4-bit weights lie 16 bytes for 32 of the panel, in the order of the products: the low halves are the first 16 of them, the
 * high halves the others. `multiples` are `[group][8]`, with 32 k in a group.
 */
import { Linear, WeightStorage } from '../generated/records';

/** Where one panel of a layer's weights lies, as it is multiplied. `scratch` has room for one. */
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
      return unpackToInt8(layer, panel, scratch);
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
    for (const end = w + pairBytes; w < end; w += 8, to += 32) store(to, v128.load8x8_s(w), scale0, scale1);
  }
  return scratch;
}

function unpackToFloat(layer: Linear, panel: i32, scratch: usize): usize {
  const groups = <usize>(layer.inputPanels >> 2);
  const multiples = layer.multiples + ((<usize>panel * groups) << 5);
  let w = layer.weights + (<usize>(panel * layer.inputPanels) << 5);
  let to = scratch;
  for (let pair: usize = 0; pair < 32; pair += 8) {
    for (let half = 0; half < 2; half++) {
      const first = multiples + pair;
      for (let m = first, last = first + (groups << 5); m < last; m += 32, w += 16, to += 128) {
        const multiple0 = v128.load32_splat(m), multiple1 = v128.load32_splat(m, 4);
        const bytes = v128.load(w);
        const low = i8x16.sub(v128.and(bytes, i8x16.splat(15)), i8x16.splat(8));
        const high = i8x16.sub(i8x16.shr_u(bytes, 4), i8x16.splat(8));
        store(to, i16x8.extend_low_i8x16_s(low), multiple0, multiple1);
        store(to + 32, i16x8.extend_high_i8x16_s(low), multiple0, multiple1);
        store(to + 64, i16x8.extend_low_i8x16_s(high), multiple0, multiple1);
        store(to + 96, i16x8.extend_high_i8x16_s(high), multiple0, multiple1);
      }
    }
  }
  return scratch;
}

/** Four values of one output and four of another in f32, each times that of its output. */
// @ts-ignore: decorator
@inline
function store(to: usize, values: v128, output0: v128, output1: v128): void {
  v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(values)), output0));
  v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(values)), output1), 16);
}

function unpackToInt8(layer: Linear, panel: i32, scratch: usize): usize {
  const groups = <usize>(layer.inputPanels >> 2);
  const multiples = layer.multiples + ((<usize>panel * groups) << 4);
  const w = layer.weights + (<usize>(panel * layer.inputPanels) << 5);
  if (ASC_FEATURE_RELAXED_SIMD) unpackColumns(w, multiples, groups, scratch);
  else unpackPairs(w, multiples, groups, scratch);
  return scratch;
}

/** For relaxed products: `[k / 4][output][4]`. */
function unpackColumns(w: usize, multiples: usize, groups: usize, to: usize): void {
  for (const last = multiples + (groups << 4); multiples < last; multiples += 16) {
    const m = v128.load(multiples);
    const m0 = v128.shuffle<i16>(m, m, 0, 0, 0, 0, 1, 1, 1, 1);
    const m1 = v128.shuffle<i16>(m, m, 2, 2, 2, 2, 3, 3, 3, 3);
    const m2 = v128.shuffle<i16>(m, m, 4, 4, 4, 4, 5, 5, 5, 5);
    const m3 = v128.shuffle<i16>(m, m, 6, 6, 6, 6, 7, 7, 7, 7);
    for (const end = w + 128; w < end; w += 16, to += 32) unpack32(to, v128.load(w), m0, m1, m2, m3);
  }
}

/** For plain products: `[output / 2][panel][2][8]`. */
function unpackPairs(w: usize, multiples: usize, groups: usize, to: usize): void {
  for (const lastPair = multiples + 16; multiples < lastPair; multiples += 4) {
    for (let m = multiples, last = multiples + (groups << 4); m < last; m += 16) {
      const m0 = v128.load16_splat(m), m1 = v128.load16_splat(m, 2);
      for (const end = w + 32; w < end; w += 16, to += 32) unpack32(to, v128.load(w), m0, m1, m0, m1);
    }
  }
}

/** The weights of 16 bytes in int8; the multiples are those of eight weights each. */
// @ts-ignore: decorator
@inline
function unpack32(to: usize, bytes: v128, m0: v128, m1: v128, m2: v128, m3: v128): void {
  const first = v128.and(bytes, i8x16.splat(15)), second = i8x16.shr_u(bytes, 4);
  v128.store(to, i8x16.narrow_i16x8_s(scaled(low(first), m0), scaled(high(first), m1)));
  v128.store(to, i8x16.narrow_i16x8_s(scaled(low(second), m2), scaled(high(second), m3)), 16);
}

/** The first eight bytes, each times 256. */
// @ts-ignore: decorator
@inline
function low(x: v128): v128 {
  return v128.shuffle<i8>(i8x16.splat(0), x, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}

/** The other eight, each times 256. */
// @ts-ignore: decorator
@inline
function high(x: v128): v128 {
  return v128.shuffle<i8>(i8x16.splat(0), x, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}

/** `round((x / 256 - 8) * multiple / 128)`: the instruction gives the product's bits from 15 on, rounded. */
// @ts-ignore: decorator
@inline
function scaled(x: v128, multiple: v128): v128 {
  return i16x8.q15mulr_sat_s(i16x8.sub(x, i16x8.splat(8 << 8)), multiple);
}
