/** The service worker: after the first visit the page and its model work without a network. */

/** Resolves when the service worker is being installed, or cannot be. */
export async function startServiceWorker(): Promise<void> {
  const { serviceWorker } = navigator as { readonly serviceWorker?: ServiceWorkerContainer };
  try {
    await serviceWorker?.register('./sw.js');
  } catch {
    // Private windows and plain HTTP have no service workers; the page needs none.
  }
}
