/** Linear layers: blocks of rows times panels of weights, with what follows the product done while it is in cache. */
import { activate } from '../generated/activate';
import { Activation, Linear, Pass, WeightStorage } from '../generated/records';
import { barrier, takeItem } from '../parallel';
import { multiplyTile } from './tile-f32';
import { multiplyTileQ8, quantizedPanelBytes } from './tile-q8';
import { highestTile, tileRows, tileStart } from './tiles';
import { panelWeights } from './unpack';

/** What is done with a product, after its bias is added. */
export const enum Finish {
  /** Stored in tiles. */
  store,
  /** Stored `[panel][row][8]` over all rows, as attention reads it. */
  storeColumns,
  /** Added to what the output holds. */
  addTo,
  /** The layer's activation function, then stored in tiles. */
  activate,
}

/** Bytes of activations that stay in the second-level cache while all weights pass by. */
const blockBytes = 262144;

/** Panels of weights in one piece of work. */
const groupPanels = 4;

/** Bytes of scratch for the products of one tile; behind them is room for one panel of weights in f32. */
const productBytes = 224;

/** `output = finish(input * weights + bias)` over all rows. `input` is tiles of f32, or of 8 bits for int8 products. */
export function linear(pass: Pass, thread: i32, layer: Linear, input: usize, output: usize, finish: Finish): void {
  const quantized = layer.storage == WeightStorage.q8 || layer.storage == WeightStorage.q4;
  const panelBytes = quantized ? quantizedPanelBytes : 32;
  const terms = quantized ? pass.terms : 1;
  const rowBytes = layer.inputPanels * panelBytes * terms;
  const blockTiles = tilesInBlock(pass, rowBytes);
  const blocks = (pass.tiles + blockTiles - 1) / blockTiles;
  const groups = (layer.outputPanels + groupPanels - 1) / groupPanels;
  const products = pass.scratch + <usize>thread * pass.scratchBytes;
  for (let item = takeItem(pass); item < blocks * groups; item = takeItem(pass)) {
    const firstTile = (item / groups) * blockTiles;
    const lastTile = min(firstTile + blockTiles, pass.tiles);
    const firstPanel = (item % groups) * groupPanels;
    const lastPanel = min(firstPanel + groupPanels, layer.outputPanels);
    for (let panel = firstPanel; panel < lastPanel; panel++) {
      const weights = panelWeights(layer, panel, products + productBytes);
      for (let tile = firstTile; tile < lastTile; tile++) {
        const rows = tileRows(pass, tile);
        const start = tileStart(pass, tile);
        const a = input + <usize>(start * rowBytes);
        if (quantized) {
          multiplyTileQ8(pass.dot, rows * terms, a, weights, layer.inputPanels, products);
          dequantize(pass, layer, products, start * terms, rows * terms, panel);
          if (terms == 2) addSecond(products, rows);
          addOutliers(pass, layer, products, start, rows, panel);
        } else {
          multiplyTile(rows, a, rows * 32, weights, layer.inputPanels, products);
        }
        const out =
          finish == Finish.storeColumns
            ? output + (<usize>(panel * pass.rows + start) << 5)
            : output + (<usize>(start * layer.outputPanels + panel * rows) << 5);
        finishTile(layer.activation, products, layer.bias + (<usize>panel << 5), rows, out, finish);
      }
    }
  }
  barrier(pass, thread);
}

/** Tiles whose inputs stay in the cache together. Stored 4-bit weights are unpacked once for each block of them. */
export function tilesInBlock(pass: Pass, rowBytes: i32): i32 {
  return max(1, blockBytes / (rowBytes * highestTile(pass)));
}

/** Adds the products of the rows' second terms, which lie behind those of the first. */
function addSecond(products: usize, rows: i32): void {
  for (const end = products + <usize>(rows << 5); products < end; products += 16) {
    v128.store(products, f32x4.add(v128.load(products), v128.load(products + <usize>(rows << 5))));
  }
}

/** `products[row][column] = (i32 product - zero[row] * sums[column]) * scale[row] * scales[column]`, in place. */
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
  // Behind the panel of int8 weights that may lie in scratch.
  const added = products + productBytes + (<usize>layer.inputPanels << 6);
  multiplyTile(rows, input, rows * 32, layer.outlierWeights + (<usize>(panel * panels) << 8), panels, added);
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
