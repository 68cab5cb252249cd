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
  /** Of the list: the sentence, and those it is compared with, one on each line. */
  readonly query?: string | undefined;
  readonly list?: string | undefined;
  /** What stands in the fields of the other tasks, as a JSON array. */
  readonly fields?: string | undefined;
}

/** What people have written. Whatever of it a link does not carry stays on the page. */
const written = ['a', 'b', 'query', 'list', 'fields'] as const;

const keys = ['a', 'b', 'tab', 'depth', 'settle', 'model', 'backend', 'precision', 'query', 'list', 'fields'] as const;

/** Characters of one value that go into a link: longer ones are cut by mail programs and chats. */
const longest = 4000;

/** Reads the part after `#`; unknown keys are left out. */
export function parseLink(hash: string): LinkState {
  const parameters = new URLSearchParams(hash.replace(/^#/u, ''));
  return Object.fromEntries(keys.flatMap((key) => (parameters.has(key) ? [[key, parameters.get(key)]] : [])));
}

/** The part after `#`, with it; what is empty, or too long for a link, is left out. */
export function formatLink(state: LinkState): string {
  const parameters = new URLSearchParams();
  for (const key of keys) if (state[key] && fits(state[key])) parameters.set(key, state[key]);
  const text = parameters.toString();
  return text ? `#${text}` : '';
}

/** Whether a link says all of it. */
export function fitsLink(state: LinkState): boolean {
  return keys.every((key) => fits(state[key]));
}

function fits(value = ''): boolean {
  return value.length <= longest;
}

/** Keeps the address bar in step, without filling the history. */
export class Link {
  readonly #followers: ((state: LinkState, before: LinkState) => void)[] = [];
  #state: LinkState = { ...parseLink(location.hash), ...takeWritten() };

  constructor() {
    // By the time of the event the address may be ours again: what is written meanwhile must not hide the link that was opened.
    addEventListener('hashchange', ({ newURL }) => this.#read(new URL(newURL).hash));
  }

  get state(): LinkState {
    return this.#state;
  }

  update(changes: LinkState): void {
    this.#state = { ...this.#state, ...changes };
    this.#write();
  }

  /** Loads the page anew. What has been written is there again, also what is too long for the address. */
  reload(): void {
    try {
      sessionStorage.setItem(writtenKey, JSON.stringify(this.#state));
    } catch {
      // Storage is blocked or full: what fits into the address stays.
    }
    location.reload();
  }

  /** Calls `follower` when a link to this page is opened in its own tab, which the browser does not load anew for it. */
  follow(follower: (state: LinkState, before: LinkState) => void): void {
    this.#followers.push(follower);
  }

  #read(hash: string): void {
    const state = parseLink(hash);
    const before = this.#state;
    // An anchor of the page, such as that of the skip link, and the way back to the bare address carry nothing.
    if (Object.keys(state).length > 0) {
      // What stands in the fields of one model's tasks says nothing to another's.
      const keys = written.filter((key) => key !== 'fields' || state.model === before.model);
      const kept = keys.flatMap((key) => (before[key] === undefined ? [] : [[key, before[key]]]));
      this.#state = { ...Object.fromEntries(kept), ...state };
      for (const follower of this.#followers) follower(state, before);
    }
    // The address is what is copied: it says what the page has.
    this.#write();
  }

  #write(): void {
    history.replaceState(null, '', `${location.pathname}${location.search}${formatLink(this.#state)}`);
  }
}

/** Where what has been written waits while the page is loaded anew. */
const writtenKey = 'albert-demo-written';

/** What `reload` has left, once. */
function takeWritten(): LinkState {
  try {
    const json = sessionStorage.getItem(writtenKey) ?? '{}';
    sessionStorage.removeItem(writtenKey);
    return JSON.parse(json) as LinkState;
  } catch {
    return {};
  }
}
