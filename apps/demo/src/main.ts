/** Entry of the page, which has one model and several panels that use it. */
import { linkedChoice } from './models/model-choice.ts';
import { ModelStore } from './models/model-store.ts';
import { startFooter } from './shared/footer.ts';
import { startLanguage } from './shared/language.ts';
import { Link } from './shared/link-state.ts';

const link = new Link();
startLanguage(link);
const store = new ModelStore();
// First, because it takes longest, and its worker starts while the browser paints the page and fetches the panels.
const loading = store.choose(linkedChoice(link.state));
const { startPage } = await import('./page.ts');
startPage(store, link);
await loading;
// Not earlier, because installing takes half a second on a small machine, and would delay the first verdict.
await startServiceWorker();
await startFooter();

/** Resolves when installing the service worker has started, or is not possible. */
async function startServiceWorker(): Promise<void> {
  const { serviceWorker } = navigator as { readonly serviceWorker?: ServiceWorkerContainer };
  try {
    await serviceWorker?.register('./sw.js');
  } catch {
    // Private windows and plain HTTP have no service workers. The page works without one.
  }
}
