/** Keeps models that were trained here in the browser's database: their names, and the files of their folders. */
import { messageOf } from '@albert-web/errors';
import { text } from '../strings/index.ts';
import type { ModelLocation } from 'albert-web';
import { createStore, del, get, keys, set, type UseStore } from 'idb-keyval';
import { button, find, make } from '../shared/dom.ts';
import { PageError } from '../shared/errors.ts';
import { problemLine } from '../shared/problem.ts';

/** Prefix of the addresses of kept models. */
const scheme = 'kept:';

/** Files as bytes, not Blobs, which the database of a private WebKit session rejects. */
type KeptFiles = readonly (readonly [path: string, content: Uint8Array<ArrayBuffer>])[];

let opened: UseStore | undefined;
const store = (): UseStore => (opened ??= createStore('albert-demo', 'models'));

/** Returns the names in alphabetical order; none if the browser has no database, as in some private windows. */
export async function keptModels(): Promise<string[]> {
  try {
    return (await keys<string>(store())).toSorted();
  } catch {
    return [];
  }
}

/**
 * Keeps a model folder. Does not overwrite one of the same name, but uses another name.
 *
 * @returns the address from which to load it @throws PageError if the browser cannot store it
 */
export async function keepModel(wanted: string, files: KeptFiles): Promise<string> {
  let name = wanted;
  try {
    const taken = await keys<string>(store());
    for (let number = 2; taken.includes(name); number++) name = `${wanted} ${number}`;
    await set(name, files, store());
    // Not awaited, because Firefox asks the user.
    void (navigator.storage as Partial<StorageManager> | undefined)?.persist?.().catch(() => undefined);
  } catch (error) {
    const { keptTitle, notStored } = text.model.errors;
    throw new PageError(keptTitle, notStored(messageOf(error)), { cause: error });
  }
  return `${scheme}${name}`;
}

/** Returns the name of a kept model; undefined for other addresses. */
export function keptName(address: string): string | undefined {
  return address.startsWith(scheme) ? address.slice(scheme.length) : undefined;
}

/**
 * Resolves a kept model to its files. Returns other locations unchanged and at once, so that nothing waits for them.
 *
 * @throws PageError if it does not exist or cannot be read
 */
export function located(location: ModelLocation): ModelLocation | Promise<ModelLocation> {
  const name = typeof location === 'string' ? keptName(location) : undefined;
  return name === undefined ? location : keptFiles(name);
}

async function keptFiles(name: string): Promise<ModelLocation> {
  const files = await readKept(name);
  if (!files) throw new PageError(text.notice.notLoaded, text.model.errors.notKept(name));
  return files.map(([path, content]) => {
    const file = new File([content], path);
    return Object.defineProperty(file, 'webkitRelativePath', { value: `${name}/${path}` });
  });
}

async function readKept(name: string): Promise<KeptFiles | undefined> {
  try {
    return await get<KeptFiles>(name, store());
  } catch (error) {
    const { notRead } = text.model.errors;
    throw new PageError(text.notice.notLoaded, notRead(name, messageOf(error)), { cause: error });
  }
}

/** Starts the list of kept models in the model dialog. @param choose called with the address of a model */
export function startKeptModels(choose: (address: string) => void): void {
  const list = find('kept-models', HTMLElement);
  const status = find('model-status', HTMLElement);
  const show = async (): Promise<void> => {
    const names = await keptModels();
    find('kept', HTMLElement).hidden = names.length === 0;
    list.replaceChildren(
      ...names.map((name) => {
        const use = button(name, () => choose(`${scheme}${name}`));
        const remove = button(text.model.remove, () => void removeAsked(name));
        remove.className = 'quiet';
        remove.ariaLabel = text.model.removeNamed(name);
        return make('li', {}, use, remove);
      }),
    );
  };
  const removeAsked = async (name: string): Promise<void> => {
    if (!confirm(text.model.confirmRemove(name))) return;
    status.replaceChildren();
    try {
      await del(name, store());
    } catch (error) {
      status.replaceChildren(problemLine(error, text.model.notRemoved(name)));
    }
    await show();
  };
  find('model-button', HTMLElement).addEventListener('click', () => void show());
}
