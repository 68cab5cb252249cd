import { afterEach, expect, it, vi } from 'vitest';
import { readFacts } from './facts.ts';

afterEach(() => vi.unstubAllGlobals());

it('reports no shared memory if SharedArrayBuffer is missing, even in an isolated page', async () => {
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('crossOriginIsolated', true);
  expect((await readFacts()).sharedMemory).toBe(true);
  vi.stubGlobal('SharedArrayBuffer', undefined);
  expect((await readFacts()).sharedMemory).toBe(false);
});

it('does not report a fallback adapter as a GPU', async () => {
  const info = { vendor: 'mesa', architecture: '', description: '', isFallbackAdapter: true };
  const adapter = { info, features: new Set(['shader-f16']) };
  vi.stubGlobal('navigator', { gpu: { requestAdapter: () => Promise.resolve(adapter) } });
  const { webgpu, realGpu } = await readFacts();
  expect(webgpu).toBe('mesa, emulated');
  expect(realGpu.webgpu).toBe(false);
});
