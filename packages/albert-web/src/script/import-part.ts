/** Parts of the script that are imported when something first needs them. */
import { messageOf } from '@albert-web/errors';
import { ScriptError } from './errors.ts';

let attempts = 0;

/**
 * Imports a part of the script, under a fresh address where that fails: Firefox and Safari remember for as long as a page
 * lives that a module could not be fetched, so that the same address would fail again.
 *
 * @param file its name beside the script. @param url the script's own address; absent: the part came along as text
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
        expected: 'Expected the whole folder of the script to be served, and the network to be there',
        remedy: 'Try again; where it still fails, reload the page',
      },
      { cause: error },
    );
  }
}

/** Bundlers would look for a file of that name. */
function importUrl<T>(url: string): Promise<T> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ /* turbopackIgnore: true */ url) as Promise<T>;
}
