/** The language of the page: the one chosen here before, else the first that the browser asks for and the page has. */
import { de } from './de.ts';
import { en, type Strings } from './en.ts';

/** The languages there are. Another one is a file beside `en.ts` and a line here. */
export const languages = {
  en: { name: 'English', strings: en },
  de: { name: 'Deutsch', strings: de },
} as const satisfies Readonly<Record<string, { readonly name: string; readonly strings: Strings }>>;

export type Language = keyof typeof languages;

/** Where the choice is kept. */
const key = 'albert-demo-language';

const isLanguage = (name: string): name is Language => Object.hasOwn(languages, name);

/** @param wanted language tags, the preferred one first. */
export function bestLanguage(wanted: readonly string[]): Language {
  return wanted.map((tag) => tag.toLowerCase().split('-')[0] ?? '').find(isLanguage) ?? 'en';
}

function chosenBefore(): string[] {
  try {
    return [localStorage.getItem(key) ?? ''];
  } catch {
    // Not in a page, or one whose storage is blocked.
    return [];
  }
}

export const language: Language =
  typeof document === 'undefined' ? 'en' : bestLanguage([...chosenBefore(), ...navigator.languages]);

/** The texts in that language. */
export const text: Strings = languages[language].strings;

/** Keeps the choice for later visits. The page must be loaded again to speak the language. */
export function chooseLanguage(chosen: string): void {
  try {
    localStorage.setItem(key, chosen);
  } catch {
    // Storage is blocked: the choice lasts for no visit.
  }
}
