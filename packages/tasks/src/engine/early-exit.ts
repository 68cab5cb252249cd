/**
 * Early exit by patience: a forward pass ends once its verdict has not changed for some layers.
 *
 * Source: Zhou et al. 2020, "BERT Loses Patience: Fast and Robust Inference with Early Exit" (PABEE), which was measured on
 * ALBERT. In the paper, every layer has its own classifier, trained with the model. Here one head is applied at every
 * depth, because all layers share their weights. A model that was not trained for this can lose much accuracy:
 * docs/guides/performance.md.
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
 * @param verdictsOf called after every layer. Returns the verdicts on the remaining rows, one for each `group` of neighboring
 *   rows. The rows of a group stay together.
 * @param leave called with the original and the current index of each row that ends at the current depth.
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
