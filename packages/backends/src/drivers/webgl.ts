/** WebGL 2, for machines without WebGPU. */
import type { BackendDriver } from '../driver.ts';
import { BackendUnavailableError } from '../errors.ts';
import { isSoftwareRenderer, softwareError } from '../software.ts';
import { readRenderer } from '../webgl/renderer.ts';

export const webglDriver: BackendDriver = {
  name: 'webgl',
  async start(_, acceptSoftware, timedOut) {
    const renderer = readRenderer();
    if (renderer === undefined) {
      throw new BackendUnavailableError({
        problem: 'There is no WebGL 2 here',
        remedy: 'Turn on hardware acceleration, or choose another backend',
        reason: { code: 'missing' },
      });
    }
    if (!acceptSoftware && isSoftwareRenderer(renderer)) throw softwareError('webgl', renderer);
    const { startWebgl } = await import('../webgl/start-webgl.ts');
    return startWebgl(renderer, timedOut);
  },
};
