/** A browser that does not allow the Cache API, as in some private windows. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { serve, staticFiles, type TestServer } from '../testing/server.ts';
import { CacheError, CacheWarning } from '../errors.ts';
import { clearCache, isCached, openModel } from './open.ts';

vi.mock('@albert-web/core/runtime', () => ({ runsInNode: () => false }));

let server: TestServer;

beforeAll(async () => {
  server = await serve(staticFiles({ 'config.json': new TextEncoder().encode('{"version":1}') }, '/model/'));
  const open = (): Promise<Cache> => Promise.reject(new DOMException('The operation is insecure.', 'SecurityError'));
  vi.stubGlobal('caches', { open });
});
afterAll(async () => {
  vi.unstubAllGlobals();
  await server[Symbol.asyncDispose]();
});

it('loads without the cache, with a warning', async () => {
  const warnings: Error[] = [];
  const files = await openModel(`${server.url}/model`, { onWarning: (warning) => warnings.push(warning) });
  expect(await files.readJson('config.json')).toEqual({ version: 1 });
  expect(warnings).toEqual([expect.any(CacheWarning)]);
  expect(warnings[0]?.message).toContain('The operation is insecure');
});

it('reports no model as cached', async () => {
  expect(await isCached(`${server.url}/model`)).toBe(false);
});

it('throws a CacheError when it should clear the cache', async () => {
  const clearing = clearCache();
  await expect(clearing).rejects.toThrow(CacheError);
  await expect(clearing).rejects.toThrow('The operation is insecure');
});
