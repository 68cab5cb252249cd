/** Finds the elements of `index.html`, with their types. */

export function find<T extends Element>(selector: string, type: new () => T): T {
  const element = document.querySelector(selector);
  if (element instanceof type) return element;
  throw new TypeError(`index.html has no ${type.name} ${selector}`);
}
