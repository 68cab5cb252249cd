/** The Cache API exists only in browsers. In Node, `cached.test.ts` tests the same with its folder store. */
import { fixtureUrl } from '@albert-web/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadCheckpoint } from '../load.ts';
import { openCacheApiStore } from './cache-api-store.ts';
import { clearCache, isCached, openModel } from './open.ts';

const model = fixtureUrl('models/default-sequence/');
const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => Uint8Array.from(values);

const isChromium = globalThis.navigator?.userAgent.includes('Chrome') ?? false;

describe.skipIf(typeof caches === 'undefined')('the Cache API', () => {
  beforeEach(() => clearCache());

  it('stores a model, reads it without the network, and removes it', async () => {
    const model = fixtureUrl('forms/bin-sequence_classification/');
    expect(await isCached(model)).toBe(false);
    const files = await openModel(model);
    const config = await files.readJson('config.json');
    const { tensors } = await loadCheckpoint(files);
    expect(await isCached(model)).toBe(false);
    await files.readBytes('spiece.model');
    expect(await isCached(model)).toBe(true);

    const local = await openModel(model, { localOnly: true });
    expect(await local.readJson('config.json')).toEqual(config);
    expect((await loadCheckpoint(local)).tensors).toEqual(tensors);

    await clearCache(model);
    expect(await isCached(model)).toBe(false);
  });

  it('keeps one version of a file', async () => {
    const store = await openCacheApiStore();
    const key = 'https://example.test/model/shard';
    await store?.put(`${key}#old`, { bytes: bytes(1, 2, 3), sha256: 'a', version: '"1"' });
    await store?.put(`${key}#new`, { bytes: bytes(4, 5), sha256: 'b', version: undefined });
    expect(await store?.has(`${key}#old`)).toBe(false);
    expect(await store?.get(`${key}#new`)).toEqual({ bytes: bytes(4, 5), sha256: 'b', version: undefined });
    await store?.delete(`${key}#new`);
    expect(await store?.get(`${key}#new`)).toBeUndefined();
  });

  it.runIf(isChromium)('completes every read, even of several files at once', async () => {
    const store = await openCacheApiStore();
    const keys = ['a', 'b', 'c'].map((name) => `https://example.test/model/${name}#`);
    const file = { bytes: new Uint8Array(2_000_000).fill(7), sha256: '', version: undefined };
    await Promise.all(keys.map(async (key) => store?.put(key, file)));
    // Chromium's BYOB readers got stuck after 20 to 430 rounds of this.
    for (let round = 0; round < 150; round++) {
      const read = await Promise.all(keys.map(async (key) => store?.get(key)));
      expect(read.map((each) => each?.bytes.length)).toEqual(keys.map(() => file.bytes.length));
    }
  });

  it('keeps an empty file, which marks one the server does not have', async () => {
    const store = await openCacheApiStore();
    const key = 'https://example.test/model/absent#';
    await store?.put(key, { bytes: bytes(), sha256: '', version: 'absent' });
    expect(await store?.get(key)).toEqual({ bytes: bytes(), sha256: '', version: 'absent' });
  });

  it('removes the caches of older versions of this library, and nothing else', async () => {
    await Promise.all([caches.open('albert-web-v0'), caches.open('albert-web-demo'), caches.open('other')]);
    await openCacheApiStore();
    expect(await caches.keys()).not.toContain('albert-web-v0');
    expect(await caches.keys()).toEqual(expect.arrayContaining(['albert-web-demo', 'other']));
  });

  it('downloads evicted files again', async () => {
    await loadCheckpoint(await openModel(model));
    await caches.delete('albert-web-v1');
    await expect(loadCheckpoint(await openModel(model, { localOnly: true }))).rejects.toThrow('not in the cache');
    await expect(loadCheckpoint(await openModel(model))).resolves.toBeDefined();
    await expect(loadCheckpoint(await openModel(model, { localOnly: true }))).resolves.toBeDefined();
  });

  it('downloads a cached file again if its bytes have changed', async () => {
    await loadCheckpoint(await openModel(model));
    const cache = await caches.open('albert-web-v1');
    const [request] = (await cache.keys()).filter(({ url }) => url.includes('model.safetensors?'));
    const kept = request && (await cache.match(request));
    const changed = new Uint8Array((await kept?.arrayBuffer()) ?? new ArrayBuffer());
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    if (request) await cache.put(request, new Response(changed, { headers: kept?.headers ?? {} }));
    await expect(loadCheckpoint(await openModel(model, { localOnly: true }))).rejects.toThrow('not in the cache');
    await expect(loadCheckpoint(await openModel(model))).resolves.toBeDefined();
  });
});
