/** The panel for training in the page: examples, settings, a run, and its results. */
import { backends, trainingBackends } from '@albert-web/core/spec';
import {
  bestResult,
  planSteps,
  Session,
  split,
  defaultLearningRate,
  type RunState,
  type Settings,
} from '@albert-web/training/session';
import { find } from '../shared/dom.ts';
import { located } from '../models/kept-models.ts';
import type { Link } from '../shared/link-state.ts';
import type { ModelStore } from '../models/model-store.ts';
import { problemLine, problemOf, showProblem } from '../shared/problem.ts';
import { text } from '../strings/index.ts';
import { startComparison } from './compare-view.ts';
import { startData, type DataView } from './data-view.ts';
import { startProgress } from './progress-view.ts';
import { startSaving } from './save-view.ts';

/** Starts the panel. */
export function startTrain(store: ModelStore, link: Link): void {
  const session = new Session();
  const form = find('train-form', HTMLFormElement);
  const data: DataView = startData(tell, () => {
    tell(undefined);
    showSummary(data);
  });
  startSettings(() => showSummary(data));
  startProgress(session);
  startComparison(session);
  startSaving(session, store, link, tell);

  const train = async (view: DataView): Promise<void> => {
    tell(undefined);
    try {
      const { labels, examples, name } = view.read();
      const settings = readSettings();
      const choice = store.state?.choice;
      if (!choice) return;
      const location = await located(choice.location);
      find('train-model-name', HTMLInputElement).value = name;
      await session.start({
        ...split(examples, settings.heldOut, settings.seed),
        location,
        labels,
        settings,
        // WebAssembly has kernels for training. A GPU is used only if it is selected in the model dialog.
        backends: trainingBackends.filter((name) => backends[name].device === 'cpu' || name === choice.backend),
        wasmFiles: new URL('albert/wasm/', document.baseURI).href,
      });
    } catch (error) {
      tell(error);
    }
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const phase = session.state?.phase ?? 'ended';
    if (phase === 'ended') void train(data);
    else if (phase === 'running') void session.pause();
    else if (phase === 'paused' || phase === 'pausing') void session.resume();
  });
  find('train-stop', HTMLButtonElement).addEventListener('click', () => void session.stop());
  find('train-undo', HTMLButtonElement).addEventListener('click', () => void session.restoreBest());

  // Training starts from the page's model, and at first there is none.
  store.subscribe(() => {
    if (!session.state) find('train-run', HTMLButtonElement).disabled = false;
  });
  session.subscribe((state) => {
    showControls(state);
    if (state.phase === 'ended' && state.error) tell(state.error);
  });
}

function startSettings(changed: () => void): void {
  const freeze = find('train-freeze', HTMLSelectElement);
  const rate = find('train-rate', HTMLInputElement);
  let usual = rate.value;
  freeze.addEventListener('change', () => {
    // Keep a rate that the user typed.
    if (rate.value !== usual) return;
    rate.value = usual = String(defaultLearningRate[freezeOf(freeze.value)]);
  });
  find('train-form', HTMLFormElement).addEventListener('input', changed);
}

function readSettings(): Settings {
  const number = (id: string): number => find(id, HTMLInputElement).valueAsNumber;
  return {
    epochs: number('train-epochs'),
    learningRate: number('train-rate'),
    batchSize: number('train-batch'),
    heldOut: number('train-held-out') / 100,
    seed: number('train-seed'),
    freeze: freezeOf(find('train-freeze', HTMLSelectElement).value),
  };
}

const freezes = ['nothing', 'embeddings', 'all_but_head'] as const;
const freezeOf = (value: string): Settings['freeze'] => freezes.find((known) => known === value) ?? 'nothing';

/** Describes what a run would do, or why it cannot start. */
function showSummary(view: DataView): void {
  const summary = find('train-summary', HTMLElement);
  try {
    const settings = readSettings();
    const { examples, skipped } = view.read();
    const { train, heldOut } = split(examples, settings.heldOut, settings.seed);
    const { steps, batchSize } = planSteps(train.length, settings);
    const parts = [
      text.train.summary(train.length, heldOut.length),
      text.train.steps(steps, batchSize),
      ...(skipped ? [text.train.skipped(skipped)] : []),
    ];
    summary.textContent = Number.isFinite(steps) ? parts.join(' · ') : '';
  } catch (error) {
    summary.replaceChildren(problemLine(error));
  }
}

function showControls(state: RunState): void {
  const { phase, current } = state;
  const run = find('train-run', HTMLButtonElement);
  const { start, pause, resume } = text.train;
  run.textContent = { loading: start, running: pause, pausing: resume, paused: resume, ended: start }[phase];
  run.disabled = phase === 'loading';
  find('train-stop', HTMLButtonElement).disabled = phase === 'loading' || phase === 'ended';
  const best = bestResult(state);
  const undo = find('train-undo', HTMLButtonElement);
  undo.disabled = !best || current === best || (phase !== 'paused' && phase !== 'ended');
  undo.textContent = best ? text.train.restoreStep(best.step) : text.train.restore;
  find('train-settings', HTMLFieldSetElement).disabled = phase !== 'ended';
  find('train-run-card', HTMLElement).hidden = false;
}

/** Shows an error, or hides the message if there is none. */
function tell(error: unknown, remedies: readonly HTMLElement[] = []): void {
  if (error === undefined) find('train-problem', HTMLElement).hidden = true;
  else showProblem('train-problem', problemOf(error, text.train.failed), remedies);
}
