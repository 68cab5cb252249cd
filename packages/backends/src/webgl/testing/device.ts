import type { WebglDevice } from '../device.ts';
import { openDevice } from '../device.ts';

/** Returns the device under test, and the same with four rows per panel, as on GPUs with the fewest render targets. */
export function devices(): WebglDevice[] {
  const device = openDevice('f32');
  return [device, { ...device, rowsPerPanel: 4 }];
}
