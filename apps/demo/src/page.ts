/** The page around the model: its panels, the model dialog, and the notice. */
import { startCompare } from './compare/compare.ts';
import { startDuplicates } from './list/duplicates.ts';
import { startRank } from './list/rank.ts';
import { startModelDialog } from './models/model-dialog.ts';
import type { ModelStore } from './models/model-store.ts';
import { startNotice } from './models/notice.ts';
import { startRuns } from './models/runs.ts';
import { button, find } from './shared/dom.ts';
import type { Link } from './shared/link-state.ts';
import { showProblem } from './shared/problem.ts';
import { startSharing } from './shared/share.ts';
import { startTabs } from './shared/tabs.ts';
import { text } from './strings/index.ts';
import { startTable } from './table/table.ts';
import { startTasks } from './tasks/tasks.ts';

/** Starts everything that users see. */
export function startPage(store: ModelStore, link: Link): void {
  startTabs(link, { train: () => openTraining(store, link) });
  startCompare(store, link);
  startRank(store, link);
  startDuplicates(store);
  const openTable = startTable(store);
  startTasks(store, link);
  startSharing(link);
  startRuns(store);
  startNotice(store, link);
  startModelDialog(store, link, openTable);
}

/** Loads the code for training when its tab is first opened. */
async function openTraining(store: ModelStore, link: Link): Promise<void> {
  try {
    const { startTrain } = await import('./train/panel.ts');
    find('train-problem', HTMLElement).hidden = true;
    startTrain(store, link);
  } catch (error) {
    showNoTraining(link);
    throw error;
  }
}

/** Shows that the code for training did not load: its files are not cached yet, or the site has newer ones by now. */
function showNoTraining(link: Link): void {
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
