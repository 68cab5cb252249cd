/** The texts of `index.html`: an attribute names one (`data-text="compare.first"`), the build writes it in English. */
import type { Strings } from './en.ts';

/** Attributes that name texts, and the attribute that gets it; `data-text` is the element's own text. */
export const textAttributes = {
  'data-label': 'aria-label',
  'data-placeholder': 'placeholder',
  'data-content': 'content',
} as const;

/** The text of a dotted name. @throws TypeError for a name that no text has: the HTML is at fault. */
export function textNamed(strings: Strings, name: string): string {
  const found = name.split('.').reduce<unknown>((group, part) => (group as Record<string, unknown>)?.[part], strings);
  if (typeof found === 'string') return found;
  throw new TypeError(`index.html names the text ${name}, which there is none of`);
}

/** Writes the texts into HTML. */
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

/** Says the page's own texts in another language than the one they were built in. */
export function fillPage(page: Document, strings: Strings): void {
  for (const element of page.querySelectorAll<HTMLElement>('[data-text]')) {
    const said = textNamed(strings, element.dataset['text'] ?? '');
    // A label's text stands before its control.
    if (element.firstChild) element.firstChild.nodeValue = said;
  }
  for (const [from, to] of Object.entries(textAttributes)) {
    for (const element of page.querySelectorAll(`[${from}]`)) {
      element.setAttribute(to, textNamed(strings, element.getAttribute(from) ?? ''));
    }
  }
}
