/** Requests the GPU device with what the kernels can use, watches it for loss and errors, and registers it with tfjs. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { PendingCalls } from '@albert-web/errors';
import { DeviceLostError } from '../errors.ts';
import { describeAdapter, isEmulatedAdapter } from '../software.ts';
import { withTimeout } from '../timeout.ts';
import { defaultTimeout, explainFailure, requestAdapter, type RequestOptions } from './adapter.ts';
import { GpuError } from './errors.ts';

/** A device, and what is known about the hardware behind it. */
export interface WebgpuDevice {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  /** Vendor, architecture and name, as far as the browser reveals them. For display only. */
  readonly description: string;
  /** Whether the GPU is emulated on the CPU. */
  readonly software: boolean;
  readonly health: DeviceHealth;
  /** Frees the device; nothing on it can be used afterwards. */
  destroy(): void;
}

/** Whether a device still works. */
export interface DeviceHealth {
  readonly lost: () => boolean;
  /** Checks the device. @throws DeviceLostError if it is lost, or the GpuError of an uncaptured error, once */
  readonly check: () => void;
  /**
   * Settles like `work`, but rejects as soon as the device is lost: promises of a lost device might never settle. An
   * uncaptured error rejects it too.
   */
  readonly guard: <T>(work: Promise<T>) => Promise<T>;
}

/** Optional features, used if available. */
const wantedFeatures: readonly GPUFeatureName[] = ['shader-f16', 'subgroups', 'timestamp-query'];

/** Limits that are requested as high as the adapter's: WebGPU's defaults are those of the smallest phone. */
const wantedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/**
 * Requests an adapter and a device on it.
 *
 * @throws BackendUnavailableError if WebGPU or an adapter is missing, or a request fails or hangs
 */
export async function requestDevice(options: RequestOptions = {}): Promise<WebgpuDevice> {
  return openDevice(await requestAdapter(options), options);
}

/** Requests a device on an adapter. @throws BackendUnavailableError if the request fails or hangs */
export async function openDevice(
  adapter: GPUAdapter,
  { timeout = defaultTimeout }: Pick<RequestOptions, 'timeout'> = {},
): Promise<WebgpuDevice> {
  const requested = adapter.requestDevice({
    label: 'albert-web',
    requiredFeatures: wantedFeatures.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(wantedLimits.map((limit) => [limit, adapter.limits[limit]])),
  });
  const device = await withTimeout(explainFailure(requested), timeout, 'The request for a GPU device');
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
 * Makes tfjs's backend `webgpu` run on this device, replacing any backend registered under that name. tfjs's kernels are
 * registered by name and stay. Tensors on the replaced backend are lost; `await tf.setBackend('webgpu')` selects the new one.
 */
export async function registerDevice(device: WebgpuDevice): Promise<void> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  register(WebGPUBackend, device);
}

/** Does the same unless another device has been registered first: then returns that one, and destroys this one. */
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
  // Starts it at once, so that `runningDevice` finds it.
  tf.findBackend('webgpu');
}

/** Returns the device of tfjs's backend `webgpu`, unless it is lost. All models share it. */
export function runningDevice(): WebgpuDevice | undefined {
  // Not by `findBackend`, which would start a backend on another device.
  const backend = tf.engine().registry['webgpu'] as WebGPUBackend | undefined;
  if (!backend?.device) return undefined;
  const { device } = backend;
  const health = healthOf(device);
  return health.lost() ? undefined : describeDevice(device, device.adapterInfo ?? {});
}

/** Returns whether a device is emulated on the CPU; false in older browsers, which do not tell a device's adapter. */
export function isSoftware(device: GPUDevice): boolean {
  const info: GPUAdapterInfo | undefined = device.adapterInfo;
  return info !== undefined && isEmulatedAdapter(info);
}

const healths = new WeakMap<GPUDevice, DeviceHealth>();

/** Returns a device's health, which watches it for loss and for uncaptured errors. */
export function healthOf(device: GPUDevice): DeviceHealth {
  const known = healths.get(device);
  if (known) return known;
  let failed: GpuError | undefined;
  const calls = new PendingCalls<DeviceLostError>();
  void device.lost.then((info) => calls.rejectAll(lossError(info)));
  device.addEventListener('uncapturederror', ({ error }) => (failed ??= gpuError(error)));
  const health: DeviceHealth = {
    lost: () => calls.reason !== undefined,
    check() {
      const error = calls.reason ?? failed;
      failed = undefined;
      if (error) throw error;
    },
    async guard(work) {
      try {
        const result = await calls.guard(work);
        // An uncaptured error is thrown instead of returning the result, which may be wrong.
        health.check();
        return result;
      } catch (error) {
        // Pending calls are rejected first, with one of WebGPU's own errors; the loss is reported a moment later.
        await new Promise((resolve) => setTimeout(resolve));
        throw calls.reason ?? error;
      }
    },
  };
  healths.set(device, health);
  return health;
}

/**
 * Issues commands synchronously, and rejects with the GPU's error if it refuses one. Such an error is captured, so `check` does
 * not report it.
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
    remedy: 'Results since then cannot be trusted: choose another backend, and report the message with your GPU',
  });
}
