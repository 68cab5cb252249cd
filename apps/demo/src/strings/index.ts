/** The language of the page: the one chosen here before, else the first of the browser's languages that the page has. */
import { de } from './de.ts';
import { en, type Strings } from './en.ts';

/** The available languages. To add one, add a file beside `en.ts` and a line here. */
export const languages = {
  en: { name: 'English', strings: en },
  de: { name: 'Deutsch', strings: de },
} as const satisfies Readonly<Record<string, { readonly name: string; readonly strings: Strings }>>;

export type Language = keyof typeof languages;

/** Storage key of the chosen language. */
const key = 'albert-demo-language';

const isLanguage = (name: string): name is Language => Object.hasOwn(languages, name);

/** Returns the best available language. @param wanted language tags, the preferred one first */
export function bestLanguage(wanted: readonly string[]): Language {
  return wanted.map((tag) => tag.toLowerCase().split('-')[0] ?? '').find(isLanguage) ?? 'en';
}

function chosenBefore(): string[] {
  try {
    return [localStorage.getItem(key) ?? ''];
  } catch {
    // Not in a page, or storage is blocked.
    return [];
  }
}

export const language: Language =
  typeof document === 'undefined' ? 'en' : bestLanguage([...chosenBefore(), ...navigator.languages]);

/** The texts in the page's language. */
export const text: Strings = languages[language].strings;

/** Stores the choice for later visits. The page must be reloaded to use it. */
export function chooseLanguage(chosen: string): void {
  try {
    localStorage.setItem(key, chosen);
  } catch {
    // Storage is blocked, so the choice cannot be stored.
  }
}
