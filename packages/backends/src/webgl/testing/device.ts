import type { WebglDevice } from '../device.ts';
import { openDevice } from '../device.ts';

/** The device under test with 8 rows a panel, and once more as GPUs with the fewest render targets have it. */
export function devices(): WebglDevice[] {
  const device = openDevice('f32');
  return [device, { ...device, rowsPerPanel: 4 }];
}
