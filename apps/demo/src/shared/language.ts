/** The language of the page, and the switch for it. */
import { chooseLanguage, language, languages, text } from '../strings/index.ts';
import { fillPage } from '../strings/page-text.ts';
import { find, make } from './dom.ts';
import type { Link } from './link-state.ts';

/** Translates the page, which is built in English, to the chosen language, and fills the switch. */
export function startLanguage(link: Link): void {
  const select = find('language', HTMLSelectElement);
  select.replaceChildren(
    ...Object.entries(languages).map(([value, { name }]) => make('option', { value, lang: value }, name)),
  );
  select.value = language;
  select.addEventListener('change', () => {
    chooseLanguage(select.value);
    link.reload();
  });
  if (language === 'en') return;
  document.documentElement.lang = language;
  fillPage(document, text);
}
