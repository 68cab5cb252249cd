/** The layout of columns in memory: in panels of eight. */
import { headSize, type AlbertConfig } from '@albert-web/core';

/** Columns in a panel, of both weights and activations. */
export const panelSize = 8;

/** Returns the number of panels for `size` columns. */
export function panelsOf(size: number): number {
  return Math.ceil(size / panelSize);
}

/** Returns the number of panels per attention head: each head starts a new panel. */
export function headPanelsOf(config: AlbertConfig): number {
  return panelsOf(headSize(config));
}

/** The order of weights in a panel of outputs, as the products read them. */
export interface WeightOrder {
  /** Number of inputs of one output that are contiguous. */
  readonly group: number;
  /** Returns the offset of the group starting at input `k`, for one of the panel's eight outputs; `inputs` is their number. */
  readonly groupAt: (k: number, output: number, inputs: number) => number;
}

/** Returns the offset in a panel of the weight from input `k` to one of its eight outputs; `inputs` is the number of inputs. */
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
