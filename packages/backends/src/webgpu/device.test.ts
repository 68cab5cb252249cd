import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { BackendUnavailableError } from '../errors.ts';
import type { WebgpuDevice } from './device.ts';
import { registerDevice, requestDevice } from './device.ts';
import { DeviceLostError } from '../errors.ts';
import { GpuError } from './errors.ts';
import { nodeGpu } from './node.ts';
import { startedBackend } from './tfjs.ts';

/** Dawn's null backend does everything but the arithmetic. All tests share one, because devices do not outlive it. */
const nullGpu = await nodeGpu(['backend=null']).catch(() => undefined);
const gpuWith = (requestAdapter: () => Promise<unknown>): GPU => ({ requestAdapter }) as unknown as GPU;

let opened: WebgpuDevice[] = [];
const open = async (): Promise<WebgpuDevice> => {
  const device = await requestDevice({ gpu: nullGpu });
  opened.push(device);
  return device;
};
afterEach(() => {
  for (const device of opened) device.destroy();
  opened = [];
});

describe('requestDevice', () => {
  it.each([
    ['no adapter', () => Promise.resolve(null), /returned no adapter/u],
    ['an adapter request that fails', () => Promise.reject(new Error('driver blocked')), /driver blocked/u],
    ['an adapter request that hangs', () => new Promise(() => undefined), /longer than 20 ms/u],
    [
      'a device request that hangs',
      () => {
        const hanging = { features: new Set(), limits: {}, requestDevice: () => new Promise(() => undefined) };
        return Promise.resolve(hanging);
      },
      /GPU device took longer than 20 ms/u,
    ],
  ])('rejects %s with its reason', async (_what, requestAdapter, reason) => {
    const request = requestDevice({ gpu: gpuWith(requestAdapter), timeout: 20 });
    await expect(request).rejects.toThrow(BackendUnavailableError);
    await expect(requestDevice({ gpu: gpuWith(requestAdapter), timeout: 20 })).rejects.toThrow(reason);
  });

  it('returns a device, or says that this machine has no GPU', async () => {
    try {
      const device = await requestDevice();
      expect(device.description).not.toBe('');
      device.destroy();
    } catch (error) {
      expect(error).toBeInstanceOf(BackendUnavailableError);
    }
  });

  it.skipIf(!nullGpu)(
    'requests the features and limits that the kernels can use, as far as the adapter has them',
    async () => {
      const { device } = await open();
      expect([...device.features]).toEqual(expect.arrayContaining(['shader-f16', 'subgroups', 'timestamp-query']));
      const adapter = await nullGpu?.requestAdapter();
      expect(device.limits.maxStorageBufferBindingSize).toBe(adapter?.limits.maxStorageBufferBindingSize);
    },
  );
});

describe.skipIf(!nullGpu)('a device in tfjs (needs the package webgpu)', () => {
  it('is the one that the backend runs on, until the next replaces it', async () => {
    for (let round = 0; round < 2; round++) {
      const own = await open();
      await registerDevice(own);
      expect(await tf.setBackend('webgpu')).toBe(true);
      expect(startedBackend().device).toBe(own.device);
    }
    tf.removeBackend('webgpu');
    expect(startedBackend).toThrow(BackendUnavailableError);
  });
});

describe.skipIf(!nullGpu)('the health of a device (needs the package webgpu)', () => {
  it('turns a loss into a typed error, for new and for pending calls', async () => {
    const { device, health } = await open();
    health.check();
    const waiting = health.guard(new Promise(() => undefined));
    device.destroy();
    await expect(waiting).rejects.toThrow(DeviceLostError);
    expect(() => health.check()).toThrow(DeviceLostError);
    await expect(health.guard(Promise.reject(new Error('mapAsync was aborted')))).rejects.toThrow(DeviceLostError);
  });

  it('turns an uncaptured error into a typed one, once', async () => {
    const { device, health } = await open();
    device.createBuffer({ size: 4, usage: 0 });
    await device.queue.onSubmittedWorkDone();
    expect(() => health.check()).toThrow(GpuError);
    health.check();
  });

  it('throws such an error instead of returning the result of a pending call', async () => {
    const { device, health } = await open();
    device.createBuffer({ size: 4, usage: 0 });
    await expect(health.guard(device.queue.onSubmittedWorkDone())).rejects.toThrow(GpuError);
    expect(await health.guard(Promise.resolve(3))).toBe(3);
  });

  it('passes on results and other errors', async () => {
    const { health } = await open();
    expect(await health.guard(Promise.resolve(3))).toBe(3);
    await expect(health.guard(Promise.reject(new RangeError('other')))).rejects.toThrow(RangeError);
  });
});
