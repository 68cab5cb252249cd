// Keeps the page and the script; the script itself keeps the weights, verified. The model does not run in here: a service
// worker may start no worker, and may not import a backend's code when it turns out to be needed.
const cacheName = 'page-1';

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(['./', 'albert/albert.js'])));
  self.skipWaiting();
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('fetch', (event) => {
  const { pathname } = new URL(event.request.url);
  const ours = event.request.mode === 'navigate' || /\/albert\/(?!weights\/)/u.test(pathname);
  if (event.request.method === 'GET' && ours) event.respondWith(answer(event.request));
});

async function answer(request) {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}
