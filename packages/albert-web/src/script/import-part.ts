/** Parts of the script that are imported when something first needs them. */
import { messageOf } from '@albert-web/errors';
import { ScriptError } from './errors.ts';

let attempts = 0;

/**
 * Imports a part of the script. If that fails, imports it again under a new URL: Firefox and Safari remember for the lifetime of a
 * page that a module could not be fetched, so the same URL would fail again.
 *
 * @param file its name beside the script @param url the script's own URL; undefined if the part is included as text
 * @throws ScriptError
 */
export async function importPart<T>(file: string, url: string | undefined, load: () => Promise<T>): Promise<T> {
  try {
    return await load().catch((error: unknown) => {
      if (url === undefined) throw error;
      return importUrl<T>(new URL(`${file}?attempt=${++attempts}`, url).href);
    });
  } catch (error) {
    throw new ScriptError(
      {
        problem: `A part of the script could not be loaded, ${file}: ${messageOf(error)}`,
        expected: 'Expected the whole folder of the script to be served, and a network connection',
        remedy: 'Try again. If it still fails, reload the page',
      },
      { cause: error },
    );
  }
}

/** Keeps bundlers from resolving the URL. */
function importUrl<T>(url: string): Promise<T> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ url) as Promise<T>;
}
