/** The notice about a problem and its remedy: a model that does not load, or a missing network. */
import { messageOf } from '@albert-web/errors';
import { button, find } from '../shared/dom.ts';
import { text } from '../strings/index.ts';
import { linkOf, linkedChoice, type ModelChoice } from './model-choice.ts';
import type { Link } from '../shared/link-state.ts';
import type { ModelState, ModelStore } from './model-store.ts';
import { problemOf, showProblem, type Problem } from '../shared/problem.ts';

/** Shows and hides the notice when the model or the network changes. */
export function startNotice(store: ModelStore, link: Link): void {
  store.subscribe((state) => {
    if (state.kind === 'loading') find('notice', HTMLElement).hidden = true;
    if (state.kind !== 'failed') return;
    const again = button(state.wasReady ? text.notice.loadAgain : text.notice.retry, () => {
      void store.choose(state.choice);
    });
    const own = button(text.notice.useDefault, () => {
      const choice = linkedChoice({});
      link.update(linkOf(choice));
      void store.choose(choice);
    });
    showProblem('notice', explain(state), isOwn(state.choice) ? [again] : [again, own]);
  });
  store.onLoadError((error, { choice }) => {
    link.update(linkOf(choice));
    const close = button(text.notice.keepUsing(choice.name), () => (find('notice', HTMLElement).hidden = true));
    showProblem('notice', problemOf(error, text.notice.notLoaded), [close]);
  });
  startNetwork(store);
}

/** Shows that something could not be opened. The page keeps its model. */
export function showOpenError(error: unknown): void {
  const close = button(text.notice.close, () => (find('notice', HTMLElement).hidden = true));
  showProblem('notice', problemOf(error, text.notice.refused), [close]);
}

function isOwn(choice: ModelChoice): boolean {
  const own = linkedChoice({});
  return choice.name === own.name && choice.backend === 'auto' && choice.precision === 'auto';
}

/** Explains why a model did not load. @param online whether there is a network */
export function explain(
  { choice, error, wasReady }: Omit<Extract<ModelState, { kind: 'failed' }>, 'kind'>,
  online = navigator.onLine,
): Problem {
  const problem = problemOf(error, text.notice.notLoaded);
  if (wasReady) {
    return { ...problem, title: text.notice.stopped, text: text.notice.stoppedText, original: messageOf(error) };
  }
  // Local and kept files do not need a network, so its absence is not the reason.
  const fetched = choice.location instanceof URL || linkOf(choice).model?.startsWith('kept:') === false;
  if (online || !fetched || problem.name !== 'ReadError') return problem;
  return {
    title: text.notice.offline,
    text: text.notice.offlineText,
    original: '',
    name: problem.name,
  };
}

/** Shows whether there is a network, and loads the model again once there is one. */
function startNetwork(store: ModelStore): void {
  const show = (): void => {
    find('network', HTMLElement).textContent = navigator.onLine ? text.page.online : text.page.offline;
  };
  show();
  addEventListener('offline', show);
  addEventListener('online', () => {
    show();
    if (store.state?.kind === 'failed') void store.choose(store.state.choice);
  });
}
