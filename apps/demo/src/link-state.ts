/**
 * What a link to this page carries: the part after `#`, which browsers do not send to any server.
 */

/** Everything is optional: an empty link is the page as it first opens. */
export interface LinkState {
  readonly a?: string | undefined;
  readonly b?: string | undefined;
  readonly tab?: string | undefined;
  readonly depth?: string | undefined;
  /** Given at all: stop when the verdict has settled. */
  readonly settle?: string | undefined;
  readonly model?: string | undefined;
  readonly backend?: string | undefined;
  readonly precision?: string | undefined;
}

const keys = ['a', 'b', 'tab', 'depth', 'settle', 'model', 'backend', 'precision'] as const;

/** Reads the part after `#`; unknown keys are left out. */
export function parseLink(hash: string): LinkState {
  const parameters = new URLSearchParams(hash.replace(/^#/u, ''));
  return Object.fromEntries(keys.flatMap((key) => (parameters.has(key) ? [[key, parameters.get(key)]] : [])));
}

/** The part after `#`, with it; what is empty is left out. */
export function formatLink(state: LinkState): string {
  const parameters = new URLSearchParams();
  for (const key of keys) if (state[key]) parameters.set(key, state[key]);
  const text = parameters.toString();
  return text ? `#${text}` : '';
}

/** Keeps the address bar in step, without filling the history. */
export class Link {
  #state = parseLink(location.hash);

  get state(): LinkState {
    return this.#state;
  }

  update(changes: LinkState): void {
    this.#state = { ...this.#state, ...changes };
    history.replaceState(null, '', `${location.pathname}${location.search}${formatLink(this.#state)}`);
  }
}
