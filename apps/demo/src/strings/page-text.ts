/** The texts of `index.html`: an attribute names a text (`data-text="compare.first"`), and the build inserts it in English. */
import type { Strings } from './en.ts';

/** Attributes that name a text, with the attribute that receives it. `data-text` sets the element's own text. */
export const textAttributes = {
  'data-label': 'aria-label',
  'data-placeholder': 'placeholder',
  'data-content': 'content',
} as const;

/** Returns the text with a dotted name. @throws TypeError if there is none, which is a bug in the HTML */
export function textNamed(strings: Strings, name: string): string {
  const found = name.split('.').reduce<unknown>((group, part) => (group as Record<string, unknown>)?.[part], strings);
  if (typeof found === 'string') return found;
  throw new TypeError(`index.html names the text ${name}, which does not exist`);
}

/** Inserts the texts into HTML. */
export function fillHtml(html: string, strings: Strings): string {
  const escaped = (name: string): string =>
    textNamed(strings, name).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  const filled = html.replace(/data-text="([\w.]+)"[^>]*>/gu, (start, name: string) => `${start}${escaped(name)}`);
  return Object.entries(textAttributes).reduce(
    (text, [from, to]) =>
      text.replace(
        new RegExp(`${from}="([\\w.]+)"`, 'gu'),
        (named, name: string) => `${named} ${to}="${escaped(name)}"`,
      ),
    filled,
  );
}

/** Replaces the page's texts by those in a language other than that of the build. */
export function fillPage(page: Document, strings: Strings): void {
  for (const element of page.querySelectorAll<HTMLElement>('[data-text]')) {
    const said = textNamed(strings, element.dataset['text'] ?? '');
    // A label's text comes before its control.
    if (element.firstChild) element.firstChild.nodeValue = said;
  }
  for (const [from, to] of Object.entries(textAttributes)) {
    for (const element of page.querySelectorAll(`[${from}]`)) {
      element.setAttribute(to, textNamed(strings, element.getAttribute(from) ?? ''));
    }
  }
}
