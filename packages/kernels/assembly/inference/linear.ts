/** Linear layers: blocks of rows times panels of weights. Whatever follows the product is done while it is in cache. */
import { activate } from '../generated/activate';
import { Activation, Linear, Pass, WeightStorage } from '../generated/records';
import { barrier, takeItem } from '../parallel';
import { multiplyTile } from './tile-f32';
import { multiplyTileQ8, quantizedPanelBytes } from './tile-q8';
import { highestTile, tileRows, tileStart } from './tiles';
import { isQuantized, panelWeights, unpackedBytes } from './unpack';

/** What to do with a product after adding its bias. */
export const enum Finish {
  /** Store it in tiles. */
  store,
  /** Store it as `[panel][row][8]` over all rows, as attention reads it. */
  storeColumns,
  /** Add it to the contents of the output. */
  addTo,
  /** Apply the layer's activation function, then store it in tiles. */
  activate,
}

/** Panels of weights in one work item. */
const groupPanels = 4;

/** Bytes for the products of one tile. Scratch holds these, then those of its outliers, then an unpacked panel of weights. */
const productBytes = 224;

/** Computes `output = finish(input * weights + bias)` over all rows. `input` is tiles of f32, or quantized for int8 products. */
export function linear(pass: Pass, thread: i32, layer: Linear, input: usize, output: usize, finish: Finish): void {
  const rowBytes = isQuantized(layer) ? layer.inputPanels * quantizedPanelBytes * pass.terms : layer.inputPanels * 32;
  const blockTiles = tilesInBlock(pass, rowBytes, blockBytes(layer.storage));
  const blocks = (pass.tiles + blockTiles - 1) / blockTiles;
  const groups = (layer.outputPanels + groupPanels - 1) / groupPanels;
  // In f32, a tile stays in the first-level cache while it is multiplied by a group of panels. In int8, a panel of weights can
  // stay there instead, and scratch has room for one.
  const together = layer.storage == WeightStorage.f32 ? groupPanels : 1;
  for (let item = takeItem(pass); item < blocks * groups; item = takeItem(pass)) {
    const firstTile = (item / groups) * blockTiles;
    const lastTile = min(firstTile + blockTiles, pass.tiles);
    const groupStart = (item % groups) * groupPanels;
    const groupEnd = min(groupStart + groupPanels, layer.outputPanels);
    for (let first = groupStart; first < groupEnd; first += together) {
      multiplyPanels(pass, thread, layer, input, output, finish, firstTile, lastTile, first, min(first + together, groupEnd));
    }
  }
  barrier(pass, thread);
}

/** Multiplies a range of tiles by a range of panels of weights. */
function multiplyPanels(
  pass: Pass,
  thread: i32,
  layer: Linear,
  input: usize,
  output: usize,
  finish: Finish,
  firstTile: i32,
  lastTile: i32,
  firstPanel: i32,
  lastPanel: i32,
): void {
  const products = pass.scratch + <usize>thread * pass.scratchBytes;
  const weights = panelWeights(layer, firstPanel, products + 2 * productBytes);
  const weightBytes = unpackedBytes(layer);
  const quantized = isQuantized(layer);
  const terms = quantized ? pass.terms : 1;
  const panelBytes = quantized ? quantizedPanelBytes * terms : 32;
  for (let tile = firstTile; tile < lastTile; tile++) {
    const rows = tileRows(pass, tile);
    const start = tileStart(pass, tile);
    const a = input + <usize>(start * layer.inputPanels * panelBytes);
    for (let panel = firstPanel; panel < lastPanel; panel++) {
      if (quantized) {
        multiplyTileQ8(pass.dot, rows * terms, a, weights, weightBytes, layer.inputPanels, products);
        dequantize(pass, layer, products, start * terms, rows * terms, panel);
        if (terms == 2) addSecond(products, rows);
        addOutliers(pass, layer, products, start, rows, panel);
      } else {
        const w = weights + (<usize>((panel - firstPanel) * layer.inputPanels) << 8);
        multiplyTile(rows, a, rows * 32, w, layer.inputPanels, products);
      }
      const out =
        finish == Finish.storeColumns
          ? output + (<usize>(panel * pass.rows + start) << 5)
          : output + (<usize>(start * layer.outputPanels + panel * rows) << 5);
      finishTile(layer.activation, products, layer.bias + (<usize>panel << 5), rows, out, finish);
    }
  }
}

/** Returns the bytes of activations that are multiplied by one group of panels, or by one panel, before the next. */
function blockBytes(storage: WeightStorage): i32 {
  switch (storage) {
    // Half a second-level cache: activations are read again for every panel.
    case WeightStorage.q8:
      return 262144;
    // More rows share the cost of unpacking a panel.
    case WeightStorage.q4:
      return 1048576;
    // Activations are read once per group, so the next cache level is fast enough, and each weight is read only once.
    default:
      return 2097152;
  }
}

/** Returns the tiles per block, for blocks of nearly equal size of at most `most` bytes, or one tile if that is larger. */
export function tilesInBlock(pass: Pass, rowBytes: i32, most: i32): i32 {
  const tiles = max(1, most / (rowBytes * highestTile(pass)));
  const blocks = (pass.tiles + tiles - 1) / tiles;
  return (pass.tiles + blocks - 1) / blocks;
}

/** Adds the products of the rows' second terms, which follow those of the first. */
function addSecond(products: usize, rows: i32): void {
  for (const end = products + <usize>(rows << 5); products < end; products += 16) {
    v128.store(products, f32x4.add(v128.load(products), v128.load(products + <usize>(rows << 5))));
  }
}

/** Computes `(i32 product - zero[row] * sums[column]) * scale[row] * scales[column]` in place. */
function dequantize(pass: Pass, layer: Linear, products: usize, start: i32, rows: i32, panel: i32): void {
  const column = <usize>panel << 5;
  const sums0 = v128.load(layer.sums + column), sums1 = v128.load(layer.sums + column, 16);
  const scales0 = v128.load(layer.scales + column), scales1 = v128.load(layer.scales + column, 16);
  for (let row = start; row < start + rows; row++, products += 32) {
    const zero = v128.load32_splat(pass.rowZeros + (<usize>row << 2));
    const scale = v128.load32_splat(pass.rowScales + (<usize>row << 2));
    const x0 = i32x4.sub(v128.load(products), i32x4.mul(zero, sums0));
    const x1 = i32x4.sub(v128.load(products, 16), i32x4.mul(zero, sums1));
    v128.store(products, f32x4.mul(f32x4.convert_i32x4_s(x0), f32x4.mul(scale, scales0)));
    v128.store(products, f32x4.mul(f32x4.convert_i32x4_s(x1), f32x4.mul(scale, scales1)), 16);
  }
}

/** Adds the products of the columns that are not in int8. */
function addOutliers(pass: Pass, layer: Linear, products: usize, start: i32, rows: i32, panel: i32): void {
  const outliers = layer.outliers;
  if (outliers === null) return;
  const panels = outliers.panels;
  const input = pass.outlierInput + (<usize>(start * panels) << 5);
  const added = products + productBytes;
  const weights = layer.outlierWeights + (<usize>(panel * panels) << 8);
  multiplyTile(rows, input, rows * 32, weights, panels, added);
  for (let at: usize = 0; at < <usize>(rows << 5); at += 16) {
    v128.store(products + at, f32x4.add(v128.load(products + at), v128.load(added + at)));
  }
}

function finishTile(
  activation: Activation,
  products: usize,
  bias: usize,
  rows: i32,
  out: usize,
  finish: Finish,
): void {
  const bias0 = v128.load(bias), bias1 = v128.load(bias, 16);
  for (const end = out + <usize>(rows << 5); out < end; out += 32, products += 32) {
    let x0 = f32x4.add(v128.load(products), bias0);
    let x1 = f32x4.add(v128.load(products, 16), bias1);
    if (finish == Finish.addTo) {
      x0 = f32x4.add(x0, v128.load(out));
      x1 = f32x4.add(x1, v128.load(out, 16));
    } else if (finish == Finish.activate) {
      x0 = activate(activation, x0);
      x1 = activate(activation, x1);
    }
    v128.store(out, x0);
    v128.store(out, x1, 16);
  }
}
