/** The controls of a job on the list: a button to start it, one to cancel it, its progress, and its status. */
import type { ModelStore } from '../models/model-store.ts';
import { Answer } from '../shared/answer.ts';
import { find } from '../shared/dom.ts';
import { timeLeft } from '../shared/format.ts';
import { warnBeforeLeaving } from '../shared/leaving.ts';
import { problemLine } from '../shared/problem.ts';
import { text } from '../strings/index.ts';
import { comparesSentences } from '../tasks/task-forms.ts';

/** A job's controls. */
export interface ListJob {
  /** Shows the outcome of the job. */
  readonly status: HTMLElement;
  readonly progress: HTMLProgressElement;
  /** Runs `work`, which shows its own results, and cancels the previous run. */
  run(work: (signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Shows the progress. @param since time at which the work began @returns the progress in words */
  advance(done: number, total: number, since: number): string;
  /** Marks the results as outdated. @param note status text if work was running */
  readonly invalidate: (note?: string) => void;
}

/**
 * Starts the controls.
 *
 * @param name prefix of their ids @param begin called by the start button @param remove removes the displayed results
 */
export function startJob(
  name: 'rank' | 'duplicates',
  store: ModelStore,
  begin: () => Promise<void>,
  remove: () => void,
): ListJob {
  const run = find(`${name}-run`, HTMLButtonElement);
  const cancel = find(`${name}-cancel`, HTMLButtonElement);
  const status = find(`${name}-status`, HTMLElement);
  const progress = find(`${name}-progress`, HTMLProgressElement);
  const answer = new Answer([find(`${name}-answer`, HTMLElement)], remove);
  const isBusy = (): boolean => answer.freshness === 'updating';

  const update = (): void => {
    const { state } = store;
    run.hidden = isBusy();
    cancel.hidden = progress.hidden = !isBusy();
    run.disabled = state?.kind !== 'ready' || !comparesSentences(state.info);
  };
  const invalidate = (note: string = text.job.canceled): void => {
    status.textContent = isBusy() ? note : '';
    answer.invalidate();
    update();
  };

  run.addEventListener('click', () => void begin());
  cancel.addEventListener('click', () => invalidate());
  warnBeforeLeaving(isBusy);
  let isLoading = false;
  store.subscribe(({ kind }) => {
    if (kind !== 'ready') answer.clear();
    if (kind !== 'ready' || isLoading) status.textContent = kind === 'loading' ? text.compare.loading : '';
    isLoading = kind === 'loading';
    // A model that moves to another backend stays ready, and continues with the list.
    update();
  });

  return {
    status,
    progress,
    invalidate,
    async run(work) {
      const running = answer.run(work, (error) => status.replaceChildren(problemLine(error)));
      update();
      await running;
      update();
    },
    advance(done, total, since) {
      progress.value = done / total;
      return text.job.progress(done, total, timeLeft(done, total, performance.now() - since));
    },
  };
}
