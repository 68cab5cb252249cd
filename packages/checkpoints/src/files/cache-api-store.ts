import { scratchCopy } from './scratch-copy.ts';
import { readStream, StreamBuffer } from './stream.ts';
import { storeVersion, urlOfKey, type FileStore } from './store.ts';

/** Prefix of every cache of this library, followed by the version of the format. */
const cachePrefix = 'albert-web-';

/** Opens a store in the Cache API. Returns undefined if it does not exist, as in an insecure context. */
export async function openCacheApiStore(): Promise<FileStore | undefined> {
  if (typeof caches === 'undefined') return undefined;
  const name = `${cachePrefix}${storeVersion}`;
  const cache = await caches.open(name);
  await removeOtherVersions(name);
  // A cached request cannot have a fragment, so the part after `#` becomes a parameter.
  const requestOf = (key: string): string => {
    const url = new URL(urlOfKey(key));
    url.searchParams.set('albert-web', key.slice(urlOfKey(key).length + 1));
    return url.href;
  };
  return {
    async get(key) {
      const response = await cache.match(requestOf(key));
      if (!response) return undefined;
      const length = Number(response.headers.get('content-length'));
      const buffer = new StreamBuffer(key, { length });
      // An empty file, such as the marker of a missing one, is returned without a body.
      if (response.body) await readStream(response.body.getReader(), buffer, {});
      const version = response.headers.get('etag') ?? undefined;
      return { bytes: buffer.finish(), sha256: response.headers.get('x-sha256') ?? '', version };
    },
    has: async (key) => (await cache.match(requestOf(key))) !== undefined,
    async put(key, { bytes, sha256, version }) {
      const headers = { 'content-length': String(bytes.length), 'x-sha256': sha256, ...(version && { etag: version }) };
      await cache.delete(requestOf(key), { ignoreSearch: true });
      await cache.put(requestOf(key), new Response(scratchCopy(bytes), { headers }));
    },
    delete: async (key) => void (await cache.delete(requestOf(key))),
    async clear(prefix = '') {
      const requests = await cache.keys();
      await Promise.all(requests.filter(({ url }) => url.startsWith(prefix)).map((request) => cache.delete(request)));
    },
  };
}

async function removeOtherVersions(current: string): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(`${cachePrefix}v`) && name !== current);
  await Promise.all(old.map((name) => caches.delete(name)));
}
