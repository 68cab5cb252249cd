/**
 * The service worker. The page's own files, the script and the weights are kept under one version, a hash over all of
 * them made by the build: within a version the cache answers first, and a new version starts anew.
 */

/** Written in front of this file by the build. */
declare const build: {
  readonly version: string;
  /** The page itself; what else it needs is kept when it is first fetched. */
  readonly shell: readonly string[];
};

/** The part of the service worker's scope that is used here; its library cannot stand beside that of pages. */
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
  skipWaiting(): Promise<void>;
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
  const { request } = event;
  const isOurs = request.url.startsWith(worker.registration.scope) && !request.headers.has('range');
  if (isOurs && (request.method === 'GET' || request.method === 'HEAD')) event.respondWith(answer(event));
});

async function keepShell(): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.addAll(build.shell.map((path) => new Request(path, { cache: 'no-cache' })));
  await worker.skipWaiting();
}

async function removeOldCaches(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith('albert-demo-') && name !== cacheName);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** From the cache, else from the network into the cache. "Not found" is an answer too: a model need not have every file. */
async function answer(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const cache = await caches.open(cacheName);
  const key = request.url.replace(/[?#].*$/u, '');
  const kept = await cache.match(key, { ignoreVary: true });
  if (kept) return request.method === 'HEAD' ? new Response(null, kept) : kept;
  const response = await fetch(request);
  if (response.status === 404 || (response.ok && request.method === 'GET')) {
    // The page reads while its copy is written; a full disk must not take the answer away.
    event.waitUntil(cache.put(key, response.clone()).catch(() => undefined));
  }
  return response;
}

// A module, so that its names are its own.
export {};
