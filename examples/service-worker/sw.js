// The model runs in this service worker, on WebAssembly with one thread. The browser stops a service worker when it is idle, and starts
// it again for the next message. The model is loaded when it is first needed, from the cache if it is there.
import { load } from './albert/service-worker.mjs';

let model;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('message', (event) => {
  const [port] = event.ports;
  // The browser must not stop this service worker before the answer is ready.
  event.waitUntil(
    answer(event.data).then(
      (text) => port.postMessage(text),
      (error) => port.postMessage(error.message),
    ),
  );
});

async function answer([first, second]) {
  model ??= load();
  try {
    const { paraphrase } = await (await model).paraphrase(first, second);
    return paraphrase ? 'The same' : 'Different';
  } catch (error) {
    // The next message tries again.
    model = undefined;
    throw error;
  }
}
