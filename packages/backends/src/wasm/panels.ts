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
