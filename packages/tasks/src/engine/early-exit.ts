/**
 * Early exit by patience: a pass ends once its verdict has not changed for some layers.
 *
 * Source: Zhou et al. 2020, "BERT Loses Patience: Fast and Robust Inference with Early Exit" (PABEE), which was measured on
 * ALBERT. There every layer has a classifier of its own, trained with the model; here the one head reads every depth, as
 * all layers share their weights, and a model that was not trained for it can lose much: docs/guides/performance.md.
 */
import type { LayerWalk } from '@albert-web/core';

/** When to stop before the last layer. */
export interface EarlyExit {
  /** Number of consecutive layers that must confirm the verdict. A pass ends at depth `patience + 1` at the earliest. */
  readonly patience: number;
}

/** A verdict that can be compared between layers. */
export type Verdict = string | number | boolean;

/**
 * Runs layers until every verdict has settled, and drops settled rows along the way.
 *
 * @param verdictsOf runs after every layer and returns the verdicts on the remaining rows, one for each `group` of neighboring
 * rows, which stay together.
 * @param leave is called with the rows that end at the current depth: their original and their current index.
 */
export async function walkUntilSettled(
  walk: LayerWalk,
  { patience }: EarlyExit,
  group: number,
  verdictsOf: () => Promise<readonly Verdict[]>,
  leave: (row: number, present: number) => void,
): Promise<void> {
  let onTheWay = walk.inputs.inputIds.map((_, row) => row);
  const standing = new Map<number, { readonly verdict: Verdict; readonly layers: number }>();
  while (onTheWay.length > 0) {
    const verdicts = await verdictsOf();
    const staying = onTheWay.flatMap((row, present) => {
      const before = standing.get(row);
      const verdict = verdicts[Math.floor(present / group)] ?? false;
      const layers = before?.verdict === verdict ? before.layers + 1 : 0;
      standing.set(row, { verdict, layers });
      if (layers < patience && !walk.ended) return [present];
      leave(row, present);
      return [];
    });
    if (staying.length > 0 && staying.length < onTheWay.length) walk.keep(staying);
    onTheWay = staying.flatMap((present) => onTheWay[present] ?? []);
  }
}
