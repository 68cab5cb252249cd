/** Intermediate textures of a call, reused across calls and reallocated only for larger batches. */
import type { WebglDevice } from './device.ts';
import type { Panels } from './panels.ts';
import { allocatePanels } from './panels.ts';

/** The purpose of a texture: the value that is stored in it. */
export type Role =
  | 'embedded'
  | 'mask'
  | 'hidden'
  | 'qkv'
  | 'scores'
  | 'rowSums'
  | 'context'
  | 'sum'
  | 'statistics'
  | 'attended'
  | 'inner';

export interface Scratch {
  /** Returns panels of at least this size, in texels and panels; earlier contents may be gone. */
  panels(role: Role, width: number, panels: number): Panels;
  readonly bytes: number;
  dispose(): void;
}

export function createScratch(device: WebglDevice): Scratch {
  const kept = new Map<Role, Panels>();
  return {
    panels(role, width, panels) {
      const old = kept.get(role);
      if (old && old.width >= width && old.height >= panels) return old;
      old?.dispose();
      kept.delete(role);
      const grown = allocatePanels(device, Math.max(width, old?.width ?? 0), Math.max(panels, old?.height ?? 0));
      kept.set(role, grown);
      return grown;
    },
    get bytes() {
      return [...kept.values()].reduce((total, { bytes }) => total + bytes, 0);
    },
    dispose() {
      for (const panels of kept.values()) panels.dispose();
      kept.clear();
    },
  };
}
