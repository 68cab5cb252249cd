import { afterEach, expect, it, vi } from 'vitest';
import { webgpuDriver } from './webgpu.ts';

afterEach(() => vi.unstubAllGlobals());

it('rejects an emulated adapter without requesting a device', async () => {
  const requestDevice = vi.fn<() => Promise<never>>();
  const adapter = { info: { vendor: 'google', architecture: 'swiftshader' }, requestDevice };
  vi.stubGlobal('navigator', { gpu: { requestAdapter: () => Promise.resolve(adapter) } });
  const started = webgpuDriver.start({}, false, new AbortController().signal);
  await expect(started).rejects.toMatchObject({ reason: { code: 'emulated', device: 'google swiftshader' } });
  expect(requestDevice).not.toHaveBeenCalled();
});
