// Keeps the page and the script; the script itself keeps the weights, verified. The model does not run in here: a service
// worker may start no worker, and may not import a backend's code when it turns out to be needed.
//
// The network comes first: a new version of the script is whole at the next visit, and never mixed with chunks of an old one.
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

/** Raise the number in `cacheName` to start afresh. The weights are in a cache of the script's own, and stay. */
async function dropOld() {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => /^page-\d+$/u.test(name) && name !== cacheName).map((name) => caches.delete(name)),
  );
}
