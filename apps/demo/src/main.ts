/** The page: one model, and panels that ask it. */
import { startCompare } from './compare.ts';
import { find } from './dom.ts';
import { Link, parseLink } from './link-state.ts';
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
startTabs(link, { train: openTraining });
startCompare(store, link);
startRank(store);
startTable(store);
startTasks(store);
startRuns(store);
startNotice(store, link);
startModelDialog(store, link);

// A link to this page, followed in a tab that has it open: what it carries is read as the page starts. `#main` carries nothing.
addEventListener('hashchange', () => {
  if (Object.keys(parseLink(location.hash)).length > 0) location.reload();
});

await store.choose(linkedChoice(link.state));
// Not before: installing takes half a second on a small machine, and the first verdict would wait for it.
await startServiceWorker();

/** Training brings code of its own: it comes when its tab is first opened. */
async function openTraining(): Promise<void> {
  const problem = find('train-problem', HTMLElement);
  problem.hidden = true;
  try {
    const { startTrain } = await import('./train/panel.ts');
    startTrain(store, link);
  } catch (error) {
    find('train-problem-name', HTMLElement).textContent = 'This part of the page could not be fetched.';
    find('train-problem-text', HTMLElement).textContent = 'Connect to the network and open the tab again.';
    problem.hidden = false;
    throw error;
  }
}
