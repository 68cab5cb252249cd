/** WebGPU outside the browser: Dawn, by the optional npm package `webgpu`. */
import { messageOf } from '@albert-web/errors';
import { BackendUnavailableError } from '../errors.ts';

/** What the package exports. */
interface WebgpuPackage {
  readonly create: (options: string[]) => GPU;
  /** `GPUBuffer`, `GPUBufferUsage` and the other names that browsers have as globals. */
  readonly globals: object;
}

/**
 * Makes this process look to tfjs like a browser with WebGPU: `navigator.gpu` and the `GPU...` globals.
 *
 * Devices do not outlive the object they came from (Dawn crashes): this one stays, as `navigator.gpu`, until the next call.
 *
 * @param options Dawn's own, such as `backend=vulkan` or `backend=null`.
 * @throws BackendUnavailableError when the package is not installed or does not load.
 */
export async function nodeGpu(options: string[] = []): Promise<GPU> {
  const { create, globals } = await loadPackage();
  Object.assign(globalThis, globals);
  const gpu = create(options);
  const host = globalThis as { navigator?: object };
  host.navigator ??= {};
  Object.defineProperty(host.navigator, 'gpu', { value: gpu, configurable: true });
  return gpu;
}

async function loadPackage(): Promise<WebgpuPackage> {
  // Named by a variable, so that bundlers of pages do not go looking for it.
  const name = 'webgpu';
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as WebgpuPackage;
  } catch (cause) {
    throw new BackendUnavailableError(
      {
        problem: `WebGPU is not available in Node without the package "webgpu" (${messageOf(cause)})`,
        remedy: 'npm install webgpu, on a machine with a GPU and its driver',
        reason: { code: 'missing' },
      },
      { cause },
    );
  }
}
