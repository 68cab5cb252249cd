/** What stands in the service worker's file in place of the drivers for GPUs. */
import { BackendUnavailableError, type BackendDriver } from '@albert-web/backends';

function absent(name: BackendDriver['name']): BackendDriver {
  return {
    name,
    start: () =>
      Promise.reject(
        new BackendUnavailableError({
          problem: `Backend "${name}" is not in the service worker's file`,
          remedy: 'Leave the choice to the script, or run the model in a page',
        }),
      ),
  };
}

export const webgpuDriver = absent('webgpu');
export const webglDriver = absent('webgl');
