/** The GPU device: asked for with what the kernels can use, watched for loss and errors, handed to tfjs. */
import { runsInNode } from '@albert-web/core/runtime';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { BackendUnavailableError, DeviceLostError } from '../errors.ts';
import { Loss } from '../loss.ts';
import { describeAdapter, isEmulatedAdapter } from '../software.ts';
import { withTimeout } from '../timeout.ts';
import { GpuError } from './errors.ts';

/** A device of our own, and what is known of the hardware behind it. */
export interface WebgpuDevice {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  /** Vendor, architecture and name as far as the browser tells them: for people. */
  readonly description: string;
  /** The GPU is emulated on the CPU. */
  readonly software: boolean;
  readonly health: DeviceHealth;
  /** Gives the GPU back; nothing on it can be used afterwards. */
  destroy(): void;
}

/** Whether a device still works. */
export interface DeviceHealth {
  readonly lost: () => boolean;
  /** @throws DeviceLostError once the device is gone, or once a GpuError that nobody caught, which is then forgotten. */
  readonly check: () => void;
  /**
   * `work`, or a rejection as soon as the device is lost: what waits for a lost device might never settle. An error that
   * nobody caught rejects it too.
   */
  readonly guard: <T>(work: Promise<T>) => Promise<T>;
}

export interface RequestOptions {
  /** Which GPU to ask for on machines with two. */
  readonly powerPreference?: GPUPowerPreference | undefined;
  /** Milliseconds until a request times out. Default 5000. */
  readonly timeout?: number | undefined;
  /** Where WebGPU comes from. Default: the browser; in Node, `nodeGpu()`. */
  readonly gpu?: GPU | undefined;
}

/** Used where they are there; nothing needs them. */
const wantedFeatures: readonly GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query'];

/** Asked for up to what the adapter has: WebGPU's defaults are those of the smallest phone. */
const wantedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/**
 * Asks for an adapter and a device on it.
 *
 * @throws BackendUnavailableError when WebGPU or an adapter is missing, or a request fails or hangs.
 */
export async function requestDevice(options: RequestOptions = {}): Promise<WebgpuDevice> {
  const { powerPreference, timeout = 5000, gpu = await platformGpu() } = options;
  const requestedAdapter = gpu.requestAdapter(powerPreference ? { powerPreference } : {});
  const adapter = await withTimeout(refusedIfFailed(requestedAdapter), timeout, 'The request for a GPU adapter');
  if (!adapter) {
    throw new BackendUnavailableError({
      problem: 'WebGPU is there, but gives no adapter',
      remedy: 'Turn on hardware acceleration, or update the graphics driver; in Node, use a machine with a GPU',
      reason: { code: 'no-adapter' },
    });
  }
  const requestedDevice = adapter.requestDevice({
    label: 'albert-web',
    requiredFeatures: wantedFeatures.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(wantedLimits.map((limit) => [limit, adapter.limits[limit]])),
  });
  const device = await withTimeout(refusedIfFailed(requestedDevice), timeout, 'The request for a GPU device');
  return describeDevice(device, adapter.info);
}

function describeDevice(device: GPUDevice, info: GPUAdapterInfo): WebgpuDevice {
  const description = describeAdapter(info);
  return {
    device,
    info,
    description,
    software: isEmulatedAdapter(info),
    health: healthOf(device),
    destroy: () => device.destroy(),
  };
}

/**
 * Makes tfjs's backend `webgpu` run on this device, in place of what was registered under that name: kernels are
 * registered by name and stay. Tensors on the backend it replaces are lost; `await tf.setBackend('webgpu')` selects it.
 */
export async function registerDevice(device: WebgpuDevice): Promise<void> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  register(WebGPUBackend, device);
}

/** The same, unless another device got there first: that one is returned, and this one given back. */
export async function registerFirstDevice(device: WebgpuDevice): Promise<WebgpuDevice> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const running = runningDevice();
  if (running) device.destroy();
  else register(WebGPUBackend, device);
  return running ?? device;
}

function register(Backend: typeof WebGPUBackend, { device, info }: WebgpuDevice): void {
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new Backend(device, info), 3);
  // Starts it at once: `runningDevice` has to find it.
  tf.findBackend('webgpu');
}

/** The device that tfjs's backend `webgpu` runs on, unless it is lost: models beside each other share it. */
export function runningDevice(): WebgpuDevice | undefined {
  // Asked for by `findBackend`, tfjs would start one of its own.
  const backend = tf.engine().registry['webgpu'] as WebGPUBackend | undefined;
  if (!backend?.device) return undefined;
  const { device } = backend;
  const health = healthOf(device);
  return health.lost() ? undefined : describeDevice(device, device.adapterInfo ?? {});
}

/** Whether a device is emulated on the CPU. Older browsers do not say which adapter a device came from. */
export function isSoftware(device: GPUDevice): boolean {
  const info: GPUAdapterInfo | undefined = device.adapterInfo;
  return info !== undefined && isEmulatedAdapter(info);
}

const healths = new WeakMap<GPUDevice, DeviceHealth>();

/** Watches a device, once, for its loss and for errors that no scope caught. */
export function healthOf(device: GPUDevice): DeviceHealth {
  const known = healths.get(device);
  if (known) return known;
  let failed: GpuError | undefined;
  const loss = new Loss();
  void device.lost.then((info) => loss.happened(lossError(info)));
  device.addEventListener('uncapturederror', ({ error }) => (failed ??= gpuError(error)));
  const health: DeviceHealth = {
    lost: () => loss.error !== undefined,
    check() {
      const error = loss.error ?? failed;
      failed = undefined;
      if (error) throw error;
    },
    async guard(work) {
      try {
        const result = await loss.guard(work);
        // An error that nobody caught is told in place of the answer it may have spoilt.
        health.check();
        return result;
      } catch (error) {
        // What waited for the device is refused first, with an error of WebGPU's own; the loss is told a moment later.
        await new Promise((resolve) => setTimeout(resolve));
        throw loss.error ?? error;
      }
    },
  };
  healths.set(device, health);
  return health;
}

/**
 * Gives commands at once, and rejects with what the GPU refuses of them: an error that was caught does not count against
 * the device.
 *
 * @throws GpuError
 */
export async function withGpuErrors<T>(device: GPUDevice, commands: () => T): Promise<T> {
  const filters = ['validation', 'out-of-memory'] as const;
  for (const filter of filters) device.pushErrorScope(filter);
  const result = commands();
  const [first, second] = await Promise.all(filters.map(() => device.popErrorScope()));
  const error = first ?? second;
  if (error) throw gpuError(error);
  return result;
}

function lossError({ reason, message }: GPUDeviceLostInfo): DeviceLostError {
  return new DeviceLostError({
    problem: `The GPU device was lost${reason === 'destroyed' ? ', because it was destroyed' : ''}${message ? ` (${message})` : ''}`,
    remedy: 'Ask for a new device and create the executor again; the weights are still on the CPU side',
  });
}

function gpuError(error: GPUError): GpuError {
  return new GpuError({
    problem: `The GPU refused a command (${error.constructor.name}): ${error.message}`,
    remedy: 'Results since then are not to be trusted: choose another backend, and report the message with your GPU',
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

async function refusedIfFailed<T>(request: Promise<T>): Promise<T> {
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
