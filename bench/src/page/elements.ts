/** The page's own elements, as the types they have in `index.html`. */

export function find<T extends Element>(selector: string, type: new () => T): T {
  const element = document.querySelector(selector);
  if (element instanceof type) return element;
  throw new TypeError(`index.html has no ${type.name} ${selector}`);
}
