/** How columns lie in memory: in panels of eight. */
import { headSize, type AlbertConfig } from '@albert-web/core';

/** Columns in a panel, of weights and activations alike. */
export const panelSize = 8;

/** Panels that hold `size` columns. */
export function panelsOf(size: number): number {
  return Math.ceil(size / panelSize);
}

/** Panels of one attention head: each head starts a panel of its own. */
export function headPanelsOf(config: AlbertConfig): number {
  return panelsOf(headSize(config));
}

/** How the weights of a panel of outputs are ordered: as the products read them. */
export interface WeightOrder {
  /** Inputs of one output that lie together. */
  readonly group: number;
  /** Where the group from input `k` on begins, for one of the panel's eight outputs; `inputs` is the panel's number of them. */
  readonly groupAt: (k: number, output: number, inputs: number) => number;
}

/** Where the weight from input `k` to one of a panel's eight outputs lies in the panel; `inputs` is the panel's number of them. */
export function placeOf({ group, groupAt }: WeightOrder, k: number, output: number, inputs: number): number {
  return groupAt(k - (k % group), output, inputs) + (k % group);
}

/** `[k / 4][output][4]`. */
export const fourInputs: WeightOrder = {
  group: 4,
  groupAt: (k, output) => panelSize * k + 4 * output,
};

/** `[output / 2][k % 8 / group][panel][2][group]`: see `tile` in `packages/kernels/assembly/inference/tile-f32.ts`. */
export const pairsOfOutputs = (group: 4 | 8): WeightOrder => ({
  group,
  groupAt: (k, output, inputs) =>
    ((output >> 1) * 2 + (k % panelSize) / group) * inputs + group * (2 * Math.floor(k / panelSize) + (output % 2)),
});
