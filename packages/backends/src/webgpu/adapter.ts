/** Requests a GPU adapter. Without TensorFlow.js, so that a page without a GPU does not download it. */
import { runsInNode } from '@albert-web/core/runtime';
import { BackendUnavailableError } from '../errors.ts';
import { withTimeout } from '../timeout.ts';

export interface RequestOptions {
  /** Which GPU to request on machines with two. */
  readonly powerPreference?: GPUPowerPreference | undefined;
  /** Milliseconds until a request times out. Default: `defaultTimeout`. */
  readonly timeout?: number | undefined;
  /** The entry point of WebGPU. Default: the browser's; in Node, `nodeGpu()`. */
  readonly gpu?: GPU | undefined;
}

/** Milliseconds. */
export const defaultTimeout = 5000;

/** Requests an adapter. @throws BackendUnavailableError if WebGPU or an adapter is missing, or the request fails or hangs */
export async function requestAdapter(options: RequestOptions = {}): Promise<GPUAdapter> {
  const { powerPreference, timeout = defaultTimeout, gpu = await platformGpu() } = options;
  const requested = gpu.requestAdapter(powerPreference ? { powerPreference } : {});
  const adapter = await withTimeout(explainFailure(requested), timeout, 'The request for a GPU adapter');
  if (adapter) return adapter;
  throw new BackendUnavailableError({
    problem: 'WebGPU is available, but returned no adapter',
    remedy: 'Turn on hardware acceleration, or update the graphics driver; in Node, use a machine with a GPU',
    reason: { code: 'no-adapter' },
  });
}

async function platformGpu(): Promise<GPU> {
  const gpu: GPU | undefined = globalThis.navigator?.gpu;
  if (gpu) return gpu;
  if (runsInNode()) return (await import('./node.ts')).nodeGpu();
  throw new BackendUnavailableError({
    problem: 'WebGPU is not available',
    remedy: 'Use a browser that has it, over https',
    reason: { code: 'missing' },
  });
}

/** Settles like a request. @throws BackendUnavailableError if it fails */
export async function explainFailure<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw new BackendUnavailableError(
      {
        problem: `The browser refused the GPU (${String(error)})`,
        remedy: 'Update the graphics driver',
        reason: { code: 'refused' },
      },
      { cause: error },
    );
  }
}
