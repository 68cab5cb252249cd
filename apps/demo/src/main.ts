/** The page: one model, and panels that ask it. */
import { startCompare } from './compare.ts';
import { Link } from './link-state.ts';
import { linkedChoice, startModelDialog } from './model-dialog.ts';
import { ModelStore } from './model-store.ts';
import { startNotice } from './notice.ts';
import { startServiceWorker } from './offline.ts';
import { startRank } from './rank.ts';
import { startRuns } from './runs.ts';
import { startTable } from './table.ts';
import { startTabs } from './tabs.ts';
import { startTasks } from './tasks.ts';

const link = new Link();
const store = new ModelStore();
startTabs(link, {
  // Training brings code of its own: it comes when its tab is first opened.
  train: async () => (await import('./train/panel.ts')).startTrain(store, link),
});
startCompare(store, link);
startRank(store);
startTable(store);
startTasks(store);
startRuns(store);
startNotice(store, link);
startModelDialog(store, link);

await store.choose(linkedChoice(link.state));
// Not before: installing takes half a second on a small machine, and the first verdict would wait for it.
await startServiceWorker();
