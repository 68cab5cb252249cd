/**
 * The service worker. It caches the page's own files and the script under one version, a hash of all of them that the build
 * computes. Within a version, it serves from the cache first. A new version is installed beside the old one, and takes over once no
 * page of the old version is open, since such a page would still request its own files. Models are cached by the script itself.
 */

/** Prepended to this file by the build. */
declare const build: {
  readonly version: string;
  /** The page, and the script with every backend. The code for training is cached when it is first fetched. */
  readonly shell: readonly string[];
};

/** The part of the service worker's global scope that is used here. TypeScript's library for it conflicts with that for pages. */
interface ExtendableEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
interface ServiceWorkerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
}

const worker = globalThis as unknown as ServiceWorkerScope;
const cacheName = `albert-demo-${build.version}`;

worker.addEventListener('install', (event) => {
  event.waitUntil(keepShell());
});
worker.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([removeOldCaches(), worker.clients.claim()]));
});
worker.addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  if (method === 'GET' && isOurs(url)) event.respondWith(answer(event));
});

/** Whether a URL belongs to the page or its script. A site may have other files in the same folder. */
function isOurs(url: string): boolean {
  const { scope } = worker.registration;
  const path = url.startsWith(scope) ? withoutQuery(url).slice(scope.length) : undefined;
  return path !== undefined && (build.shell.includes(path || './') || path.startsWith('train/'));
}

const withoutQuery = (url: string): string => url.replace(/[?#].*$/u, '');

async function keepShell(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll(build.shell.map((path) => new Request(path, { cache: 'no-cache' })));
}

async function removeOldCaches(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith('albert-demo-') && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** Answers from the cache, else from the network, and caches the response. */
async function answer(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const cache = await caches.open(cacheName);
  const key = withoutQuery(request.url);
  const kept = await cache.match(key, { ignoreVary: true });
  if (kept) return kept;
  const response = await fetch(request);
  // The copy is written while the page reads the response. A full disk must not affect the response.
  if (response.status === 200) event.waitUntil(cache.put(key, response.clone()).catch(() => undefined));
  return response;
}
