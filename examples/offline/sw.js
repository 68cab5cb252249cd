// Caches the page and the script; the script itself caches and verifies the weights. The model does not run in this service worker,
// because a service worker cannot start workers, or import a backend's code later, when it is needed.
//
// The network comes first, so that the next visit gets all files of a new version and never mixes them with an old one's.
const cacheName = 'page-1';

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(['./', 'albert/albert.js'])));
  self.skipWaiting();
});
self.addEventListener('activate', (event) => event.waitUntil(Promise.all([self.clients.claim(), dropOld()])));
self.addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  const ours = event.request.mode === 'navigate' || /\/albert\/(?!weights\/)/u.test(pathname);
  if (event.request.method === 'GET' && ours) event.respondWith(answer(event.request));
});

async function answer(request) {
  const cache = await caches.open(cacheName);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}

/** Increase the number in `cacheName` to discard the cache. The weights are kept, because the script has a separate cache. */
async function dropOld() {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => /^page-\d+$/u.test(name) && name !== cacheName).map((name) => caches.delete(name)),
  );
}
