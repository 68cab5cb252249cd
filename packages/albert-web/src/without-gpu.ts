/** Replaces the GPU drivers in the service worker build. */
import type { BackendDriver } from '@albert-web/backends';

function absent(name: BackendDriver['name']): BackendDriver {
  return {
    name,
    async start() {
      // Imported late, because the backends import this module.
      const { BackendUnavailableError } = await import('@albert-web/backends');
      throw new BackendUnavailableError({
        problem: `Backend "${name}" is not available in the service worker build`,
        remedy: 'Omit the option backend, or run the model in a page',
        reason: { code: 'missing' },
      });
    },
  };
}

export const webgpuDriver = absent('webgpu');
export const webglDriver = absent('webgl');
