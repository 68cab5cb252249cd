/** The service worker: after the first visit the page and its model work without a network. */

/** Milliseconds the first load may wait so that what it fetches is kept; a page must not hang on its cache. */
const patience = 1500;

/** Resolves when the service worker keeps what this page loads, or will not. */
export async function startServiceWorker(): Promise<void> {
  const { serviceWorker } = navigator as { readonly serviceWorker?: ServiceWorkerContainer };
  if (!serviceWorker) return;
  const controlled = new Promise<void>((resolve) => {
    if (serviceWorker.controller) resolve();
    serviceWorker.addEventListener('controllerchange', () => resolve(), { once: true });
  });
  const gaveUp = new Promise<void>((resolve) => setTimeout(resolve, patience));
  try {
    await serviceWorker.register('./sw.js');
    await Promise.race([controlled, gaveUp]);
  } catch {
    // Private windows and plain HTTP have no service workers; the page needs none.
  }
}
