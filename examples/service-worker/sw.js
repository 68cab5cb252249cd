// The model runs in here, on WebAssembly and one thread. A service worker is ended when it has nothing to do, and started again
// for the next message: the model is loaded when it is first asked for, from what was kept of it.
import { load } from './albert/service-worker.mjs';

let model;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('message', (event) => {
  const [port] = event.ports;
  // Until the answer is there, the browser must not end this service worker.
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
