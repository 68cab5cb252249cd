/** DOM helpers that every panel needs. */

/** Returns the element with this id. If there is none, the page's HTML has a bug. */
export function find<T extends HTMLElement>(id: string, type: abstract new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new TypeError(`index.html has no ${type.name} with the id ${id}`);
}

/** Creates an element with properties and children. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Creates a button. */
export function button(text: string, act: () => void): HTMLButtonElement {
  const element = make('button', { type: 'button' }, text);
  element.addEventListener('click', act);
  return element;
}

/** Makes the browser save a file. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  make('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url));
}

/** Returns a function that runs `task` after no further call for `milliseconds`. */
export function debounce(task: () => void, milliseconds: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(task, milliseconds);
  };
}

/** Returns a function that calls `task` at most every `milliseconds`, with the latest value, and never at once. */
export function throttle<T>(task: (value: T) => void, milliseconds: number): (value: T) => void {
  let waiting: { latest: T } | undefined;
  return (value) => {
    if (waiting) {
      waiting.latest = value;
      return;
    }
    const next = (waiting = { latest: value });
    setTimeout(() => {
      waiting = undefined;
      task(next.latest);
    }, milliseconds);
  };
}
