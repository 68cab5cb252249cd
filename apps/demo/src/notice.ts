/** What stands in the way, and what to do about it: a model that does not load, a network that is gone. */
import { AlbertError } from 'albert-web';
import { find, make } from './dom.ts';
import { linkedChoice } from './model-dialog.ts';
import type { Link } from './link-state.ts';
import type { ModelChoice, ModelStore } from './model-store.ts';

/** Shows and hides the notice as the model and the network come and go. */
export function startNotice(store: ModelStore, link: Link): void {
  const notice = find('notice', HTMLElement);
  store.subscribe((state) => {
    notice.hidden = state.kind !== 'failed';
    if (state.kind !== 'failed') return;
    const { title, text } = explain(state.error);
    find('notice-title', HTMLElement).textContent = title;
    find('notice-text', HTMLElement).textContent = text;
    const again = make('button', { type: 'button' }, 'Try again');
    again.addEventListener('click', () => void store.choose(state.choice));
    const own = make('button', { type: 'button' }, 'Use the default model');
    own.addEventListener('click', () => {
      link.update({ model: undefined, backend: undefined, precision: undefined });
      // The dialog would load the failed model again.
      find('model-form', HTMLFormElement).reset();
      find('model-location', HTMLInputElement).value = '';
      void store.choose(linkedChoice({}));
    });
    find('notice-actions', HTMLElement).replaceChildren(...(isOwn(state.choice) ? [again] : [again, own]));
  });
  startNetwork(store);
}

function isOwn(choice: ModelChoice): boolean {
  const own = linkedChoice({});
  return choice.name === own.name && choice.backend === 'auto' && choice.precision === 'auto';
}

function explain(error: unknown): { readonly title: string; readonly text: string } {
  const message = error instanceof Error ? error.message : String(error);
  if (!navigator.onLine && couldNotBeFetched(error)) {
    return {
      title: 'You are offline, and this model is not stored here yet.',
      text: 'Connect once, and it works without a network from then on.',
    };
  }
  // The name is what the troubleshooting guide lists.
  const name = error instanceof AlbertError ? ` (${error.name})` : '';
  return { title: 'The model did not load.', text: `${message}${name}` };
}

function couldNotBeFetched(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof AlbertError && /^(MissingFile|Read)Error$/u.test(error.name));
}

/** Says whether there is a network, and tries again once there is one. */
function startNetwork(store: ModelStore): void {
  const show = (): void => {
    find('network', HTMLElement).textContent = navigator.onLine ? 'online' : 'offline: everything loaded still works';
  };
  show();
  addEventListener('offline', show);
  addEventListener('online', () => {
    show();
    if (store.state?.kind === 'failed') void store.choose(store.state.choice);
  });
}
