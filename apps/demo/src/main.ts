/** The page: one model, and panels that ask it. */
import { startCompare } from './compare.ts';
import { button, find } from './dom.ts';
import { startFooter } from './footer.ts';
import { Link } from './link-state.ts';
import { linkedChoice } from './model-choice.ts';
import { startModelDialog } from './model-dialog.ts';
import { ModelStore } from './model-store.ts';
import { startNotice } from './notice.ts';
import { startServiceWorker } from './offline.ts';
import { showProblem } from './problem.ts';
import { startRank } from './rank.ts';
import { startRuns } from './runs.ts';
import { startSharing } from './share.ts';
import { startTable } from './table.ts';
import { startTabs } from './tabs.ts';
import { startTasks } from './tasks.ts';

const link = new Link();
const store = new ModelStore();
startTabs(link, { train: openTraining });
startCompare(store, link);
startRank(store, link);
const openTable = startTable(store);
startTasks(store, link);
startSharing(link);
startFooter();
startRuns(store);
startNotice(store, link);
startModelDialog(store, link, openTable);

await store.choose(linkedChoice(link.state));
// Not before: installing takes half a second on a small machine, and the first verdict would wait for it.
await startServiceWorker();

/** Training brings code of its own: it comes when its tab is first opened. */
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

/** Its files are not kept here yet, or the site has newer ones by now. */
function showNoTraining(): void {
  const problem = {
    title: 'This part of the page did not arrive.',
    text: navigator.onLine
      ? 'If it does not come on a second try, the site may have a newer version: load the page again.'
      : 'You are offline: it comes once there is a network.',
    name: '',
  };
  showProblem('train-problem', problem, [
    button('Try again', () => find('tab-train', HTMLButtonElement).click()),
    button('Load the page again', () => location.reload()),
  ]);
}
