/** The state in a link to this page: the part after `#`, which browsers do not send to any server. */

/** The state in a link. Everything is optional: an empty link is the page as it first opens. */
export interface LinkState {
  readonly a?: string | undefined;
  readonly b?: string | undefined;
  readonly tab?: string | undefined;
  readonly depth?: string | undefined;
  /** If present, stop when the verdict has settled. */
  readonly settle?: string | undefined;
  readonly model?: string | undefined;
  readonly backend?: string | undefined;
  readonly precision?: string | undefined;
  /** Inputs of the list panel: the sentence (`query`), and those to compare with it (`list`), one per line. */
  readonly query?: string | undefined;
  readonly list?: string | undefined;
  /** Texts in the fields of the other tasks, as a JSON array. */
  readonly fields?: string | undefined;
}

/** Texts that users have typed. Those that a link does not contain stay on the page. */
const written = ['a', 'b', 'query', 'list', 'fields'] as const;

const keys = ['a', 'b', 'tab', 'depth', 'settle', 'model', 'backend', 'precision', 'query', 'list', 'fields'] as const;

/** Maximum characters of a value in a link: mail programs and chats truncate longer links. */
const longest = 4000;

/** Parses the part after `#`. Ignores unknown keys. */
export function parseLink(hash: string): LinkState {
  const parameters = new URLSearchParams(hash.replace(/^#/u, ''));
  return Object.fromEntries(keys.flatMap((key) => (parameters.has(key) ? [[key, parameters.get(key)]] : [])));
}

/** Formats the part of the link from `#` on. Omits values that are empty, or too long for a link. */
export function formatLink(state: LinkState): string {
  const parameters = new URLSearchParams();
  for (const key of keys) if (state[key] && fits(state[key])) parameters.set(key, state[key]);
  const text = parameters.toString();
  return text ? `#${text}` : '';
}

/** Whether a link can contain the whole state. */
export function fitsLink(state: LinkState): boolean {
  return keys.every((key) => fits(state[key]));
}

function fits(value = ''): boolean {
  return value.length <= longest;
}

/** Keeps the address bar up to date, without filling the history. */
export class Link {
  readonly #followers: ((state: LinkState, before: LinkState) => void)[] = [];
  #state: LinkState = { ...parseLink(location.hash), ...takeWritten() };

  constructor() {
    // Use the event's URL: by now, the page may have written its own address again, over the link that was opened.
    addEventListener('hashchange', ({ newURL }) => this.#read(new URL(newURL).hash));
  }

  get state(): LinkState {
    return this.#state;
  }

  update(changes: LinkState): void {
    this.#state = { ...this.#state, ...changes };
    this.#write();
  }

  /** Reloads the page. Restores typed texts, including those that are too long for the address. */
  reload(): void {
    try {
      sessionStorage.setItem(writtenKey, JSON.stringify(this.#state));
    } catch {
      // Storage is blocked or full. Texts that fit into the address are still restored.
    }
    location.reload();
  }

  /** Calls `follower` when a link to this page is opened in the same tab, for which the browser does not reload the page. */
  follow(follower: (state: LinkState, before: LinkState) => void): void {
    this.#followers.push(follower);
  }

  #read(hash: string): void {
    const state = parseLink(hash);
    const before = this.#state;
    // Anchors of the page, such as that of the skip link, and the bare address contain no state.
    if (Object.keys(state).length > 0) {
      // Texts for one model's tasks do not fit another's.
      const keys = written.filter((key) => key !== 'fields' || state.model === before.model);
      const kept = keys.flatMap((key) => (before[key] === undefined ? [] : [[key, before[key]]]));
      this.#state = { ...Object.fromEntries(kept), ...state };
      for (const follower of this.#followers) follower(state, before);
    }
    // The address must match the page, because users copy it.
    this.#write();
  }

  #write(): void {
    history.replaceState(null, '', `${location.pathname}${location.search}${formatLink(this.#state)}`);
  }
}

/** Storage key for typed texts during a reload. */
const writtenKey = 'albert-demo-written';

/** Takes the texts that `reload` has stored, once. */
function takeWritten(): LinkState {
  try {
    const json = sessionStorage.getItem(writtenKey) ?? '{}';
    sessionStorage.removeItem(writtenKey);
    return JSON.parse(json) as LinkState;
  } catch {
    return {};
  }
}
