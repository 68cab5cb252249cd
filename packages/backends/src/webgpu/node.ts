/** WebGPU outside the browser: Dawn, from the optional npm package `webgpu`. */
import { messageOf } from '@albert-web/errors';
import { BackendUnavailableError } from '../errors.ts';

/** What the package exports. */
interface WebgpuPackage {
  readonly create: (options: string[]) => GPU;
  /** `GPUBuffer`, `GPUBufferUsage` and the other names that browsers have as globals. */
  readonly globals: object;
}

/**
 * Makes this process look to tfjs like a browser with WebGPU, with `navigator.gpu` and the `GPU...` globals.
 *
 * Devices must not outlive the `GPU` they came from (Dawn crashes), so this one stays as `navigator.gpu` until the next call.
 *
 * @param options Dawn's options, such as `backend=vulkan` or `backend=null`
 * @throws BackendUnavailableError if the package is not installed or does not load
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
  // In a variable, so that bundlers of pages do not look for the package.
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
