/**
 * Weights that are stored in fewer bits than they are multiplied in: one panel at a time, just before its products.
 *
 * 4-bit weights lie 16 bytes for 32 of the panel: the low halves are the first 16 of them, the high halves the others. With
 * 32 k in a group, `multiples` change every 128 bytes.
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
  const scales = layer.scales + (<usize>panel << 5);
  const scales0 = v128.load(scales), scales1 = v128.load(scales, 16);
  let w = layer.weights + (<usize>(panel * layer.inputPanels) << 6);
  let to = scratch;
  for (const end = w + (<usize>layer.inputPanels << 6); w < end; w += 8, to += 32) store(to, v128.load8x8_s(w), scales0, scales1);
  return scratch;
}

function unpackToFloat(layer: Linear, panel: i32, scratch: usize): usize {
  let w = layer.weights + (<usize>(panel * layer.inputPanels) << 5);
  let multiples = layer.multiples + (<usize>(panel * (layer.inputPanels >> 2)) << 5);
  let to = scratch;
  for (const last = w + (<usize>layer.inputPanels << 5); w < last; multiples += 32) {
    const multiples0 = v128.load(multiples), multiples1 = v128.load(multiples, 16);
    for (const end = w + 128; w < end; w += 16, to += 128) {
      const bytes = v128.load(w);
      const first = i8x16.sub(v128.and(bytes, i8x16.splat(15)), i8x16.splat(8));
      const second = i8x16.sub(i8x16.shr_u(bytes, 4), i8x16.splat(8));
      store(to, i16x8.extend_low_i8x16_s(first), multiples0, multiples1);
      store(to + 32, i16x8.extend_high_i8x16_s(first), multiples0, multiples1);
      store(to + 64, i16x8.extend_low_i8x16_s(second), multiples0, multiples1);
      store(to + 96, i16x8.extend_high_i8x16_s(second), multiples0, multiples1);
    }
  }
  return scratch;
}

/** Eight values in f32, each times that of its column. */
// @ts-ignore: decorator
@inline
function store(to: usize, values: v128, columns0: v128, columns1: v128): void {
  v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(values)), columns0));
  v128.store(to, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(values)), columns1), 16);
}

function unpackToInt8(layer: Linear, panel: i32, scratch: usize): usize {
  let w = layer.weights + (<usize>(panel * layer.inputPanels) << 5);
  let multiples = layer.multiples + (<usize>(panel * (layer.inputPanels >> 2)) << 4);
  let to = scratch;
  for (const last = w + (<usize>layer.inputPanels << 5); w < last; multiples += 16) {
    const m = v128.load(multiples);
    // For each of 32 weights the multiple of its column: `weightGroup` k of one column lie together.
    let m0: v128, m1: v128, m2: v128, m3: v128;
    if (ASC_FEATURE_RELAXED_SIMD) {
      m0 = v128.shuffle<i16>(m, m, 0, 0, 0, 0, 1, 1, 1, 1);
      m1 = v128.shuffle<i16>(m, m, 2, 2, 2, 2, 3, 3, 3, 3);
      m2 = v128.shuffle<i16>(m, m, 4, 4, 4, 4, 5, 5, 5, 5);
      m3 = v128.shuffle<i16>(m, m, 6, 6, 6, 6, 7, 7, 7, 7);
    } else {
      m0 = v128.shuffle<i16>(m, m, 0, 0, 1, 1, 2, 2, 3, 3);
      m1 = v128.shuffle<i16>(m, m, 4, 4, 5, 5, 6, 6, 7, 7);
      m2 = m0;
      m3 = m1;
    }
    for (const end = w + 128; w < end; w += 16, to += 32) {
      const bytes = v128.load(w);
      const first = v128.and(bytes, i8x16.splat(15)), second = i8x16.shr_u(bytes, 4);
      v128.store(to, i8x16.narrow_i16x8_s(scaled(low(first), m0), scaled(high(first), m1)));
      v128.store(to, i8x16.narrow_i16x8_s(scaled(low(second), m2), scaled(high(second), m3)), 16);
    }
  }
  return scratch;
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
