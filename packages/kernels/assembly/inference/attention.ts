/**
 * Attention of all heads. Eight queries at a time fill the lanes of two vectors, so scores are `[key][8 queries]`: the
 * softmax runs over the keys without ever crossing lanes, and no length x length matrix is written.
 */
import { expOfAtMost88 } from '../math';
import { barrier, takeItem } from '../parallel';
import { AttentionBlock, Pass } from '../generated/records';
import { multiplyTile, multiplyTransposed } from './tile-f32';
import { tileOf, tileRows, tileStart } from './tiles';

/** Queries in one strip of scores. */
const strip = 8;

/** Keys scored at a time: see `tile` in tile-f32.ts. Node 20's V8 does not have enough registers for five. */
const keyTile = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;

/** Offsets in scratch: products come first, then inverse sums, then packed queries, which the scores follow. */
const sumsOffset: usize = 192;
const queriesOffset: usize = 224;

/** Reads `queries` and `keyValues`, writes `context`. One work item is one head of one block of queries. */
export function attention(pass: Pass, thread: i32): void {
  for (let item = takeItem(pass); item < pass.attentionBlockCount * pass.heads; item = takeItem(pass)) {
    const block = changetype<AttentionBlock>(
      pass.attentionBlocks + <usize>(item / pass.heads) * offsetof<AttentionBlock>(),
    );
    const head = item % pass.heads;
    for (let done = 0; done < block.queries; done += strip) {
      attendStrip(pass, thread, block, head, block.firstQuery + done, min(strip, block.queries - done));
    }
  }
  barrier(pass, thread);
}

function attendStrip(pass: Pass, thread: i32, block: AttentionBlock, head: i32, firstQuery: i32, queries: i32): void {
  const products = pass.scratch + <usize>thread * pass.scratchBytes;
  const sums = products + sumsOffset;
  const packed = products + queriesOffset;
  const scores = packed + <usize>(pass.headPanels << 8);
  const queryStride = <usize>pass.rows << 5;
  const headQueries = pass.queries + <usize>(head * pass.headPanels) * queryStride;
  const panelStride = <usize>pass.keyRows << 5;
  const headKeys = pass.keyValues + <usize>(head * pass.headPanels) * panelStride;
  const headValues = headKeys + <usize>(pass.heads * pass.headPanels) * panelStride;

  packQueries(headQueries, queryStride, pass.headPanels, firstQuery, queries, block.scale, packed);

  let keys = headKeys + (<usize>block.firstKey << 5);
  for (let key = 0; key < block.keys; key += keyTile, keys += keyTile << 5) {
    multiplyTile(min(keyTile, block.keys - key), keys, panelStride, packed, pass.headPanels, scores + (<usize>key << 5));
  }

  softmax(scores, block.keys, sums);

  let values = headValues + (<usize>block.firstKey << 5);
  for (let panel = 0; panel < pass.headPanels; panel++, values += panelStride) {
    for (let query = 0; query < queries; query += 4) {
      multiplyTransposed(scores + (query << 2), values, block.keys, products);
      const rows = min(4, queries - query);
      storeContext(pass, head * pass.headPanels + panel, firstQuery + query, rows, products, sums + (query << 2));
    }
  }
}

/** Packs up to eight queries of one head, scaled, as a tile's weights; a strip that is not full repeats its last query. */
function packQueries(
  queries: usize,
  panelStride: usize,
  panels: i32,
  first: i32,
  count: i32,
  scale: f32,
  out: usize,
): void {
  const scales = f32x4.splat(scale);
  const size = <usize>panels * panelStride;
  for (let pair = 0; pair < strip; pair += 2) {
    const q0 = queries + (<usize>(first + min(pair, count - 1)) << 5);
    const q1 = queries + (<usize>(first + min(pair + 1, count - 1)) << 5);
    for (let half: usize = 0; half < 32; half += 16) {
      for (let at = half, end = half + size; at < end; at += panelStride, out += 32) {
        v128.store(out, f32x4.mul(scales, v128.load(q0 + at)));
        v128.store(out, f32x4.mul(scales, v128.load(q1 + at)), 16);
      }
    }
  }
}

/** Replaces `scores[key][8]` with `e^(score - largest)` in place; `sums[8]` receives the reciprocal of each query's sum. */
function softmax(scores: usize, keys: i32, sums: usize): void {
  const end = scores + (<usize>keys << 5);
  let largest0 = v128.load(scores), largest1 = v128.load(scores, 16);
  for (let s = scores + 32; s < end; s += 32) {
    largest0 = f32x4.pmax(largest0, v128.load(s));
    largest1 = f32x4.pmax(largest1, v128.load(s, 16));
  }
  let sum0 = f32x4.splat(0), sum1 = sum0;
  for (let s = scores; s < end; s += 32) {
    const e0 = expOfAtMost88(f32x4.sub(v128.load(s), largest0));
    const e1 = expOfAtMost88(f32x4.sub(v128.load(s, 16), largest1));
    sum0 = f32x4.add(sum0, e0);
    sum1 = f32x4.add(sum1, e1);
    v128.store(s, e0);
    v128.store(s, e1, 16);
  }
  const one = f32x4.splat(1);
  v128.store(sums, f32x4.div(one, sum0));
  v128.store(sums, f32x4.div(one, sum1), 16);
}

/** Divides `products[rows][8]` by the queries' sums and stores them in one panel of the context's tiles. */
function storeContext(pass: Pass, panel: i32, firstRow: i32, rows: i32, products: usize, sums: usize): void {
  const panels = pass.heads * pass.headPanels;
  for (let row = firstRow; row < firstRow + rows; row++, products += 32, sums += 4) {
    const tile = tileOf(pass, row);
    const start = tileStart(pass, tile);
    const out = pass.context + (<usize>(start * panels + panel * tileRows(pass, tile) + row - start) << 5);
    const sum = v128.load32_splat(sums);
    v128.store(out, f32x4.mul(v128.load(products), sum));
    v128.store(out, f32x4.mul(v128.load(products, 16), sum), 16);
  }
}
