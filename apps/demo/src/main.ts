/** Entry of the page, which has one model and several panels that use it. */
import { startLanguage } from './shared/language.ts';
import { text } from './strings/index.ts';
import { startCompare } from './compare/compare.ts';
import { button, find } from './shared/dom.ts';
import { startFooter } from './shared/footer.ts';
import { Link } from './shared/link-state.ts';
import { linkedChoice } from './models/model-choice.ts';
import { startModelDialog } from './models/model-dialog.ts';
import { ModelStore } from './models/model-store.ts';
import { startNotice } from './models/notice.ts';
import { showProblem } from './shared/problem.ts';
import { startDuplicates } from './list/duplicates.ts';
import { startRank } from './list/rank.ts';
import { startRuns } from './models/runs.ts';
import { startSharing } from './shared/share.ts';
import { startTable } from './table/table.ts';
import { startTabs } from './shared/tabs.ts';
import { startTasks } from './tasks/tasks.ts';

const link = new Link();
startLanguage(link);
const store = new ModelStore();
startTabs(link, { train: openTraining });
startCompare(store, link);
startRank(store, link);
startDuplicates(store);
const openTable = startTable(store);
startTasks(store, link);
startSharing(link);
startRuns(store);
startNotice(store, link);
startModelDialog(store, link, openTable);

await store.choose(linkedChoice(link.state));
// Not earlier, because installing takes half a second on a small machine, and would delay the first verdict.
await startServiceWorker();
await startFooter();

/** Loads the code for training when its tab is first opened. */
async function openTraining(): Promise<void> {
  try {
    const { startTrain } = await import('./train/panel.ts');
    find('train-problem', HTMLElement).hidden = true;
    startTrain(store, link);
  } catch (error) {
    showNoTraining();
    throw error;
  }
}

/** Shows that the code for training did not load: its files are not cached yet, or the site has newer ones by now. */
function showNoTraining(): void {
  const problem = {
    title: text.train.notLoaded,
    text: navigator.onLine ? text.train.notLoadedOnline : text.train.notLoadedOffline,
    original: '',
    name: '',
  };
  showProblem('train-problem', problem, [
    button(text.notice.retry, () => find('tab-train', HTMLButtonElement).click()),
    button(text.train.reload, () => link.reload()),
  ]);
}

/** Resolves when installing the service worker has started, or is not possible. */
async function startServiceWorker(): Promise<void> {
  const { serviceWorker } = navigator as { readonly serviceWorker?: ServiceWorkerContainer };
  try {
    await serviceWorker?.register('./sw.js');
  } catch {
    // Private windows and plain HTTP have no service workers. The page works without one.
  }
}
