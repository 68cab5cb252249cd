/** Models that were trained here and kept in this browser, in its database: names, and the files of their folders. */
import { messageOf } from '@albert-web/errors';
import { text } from '../strings/index.ts';
import type { ModelLocation } from 'albert-web';
import { createStore, del, get, keys, set, type UseStore } from 'idb-keyval';
import { button, find, make } from '../shared/dom.ts';
import { PageError } from '../shared/errors.ts';

/** What the address of a kept model begins with. */
const scheme = 'kept:';

/** Bytes, not Blobs: the database of a WebKit session that keeps nothing on disk refuses those. */
type KeptFiles = readonly (readonly [path: string, content: Uint8Array<ArrayBuffer>])[];

let opened: UseStore | undefined;
const store = (): UseStore => (opened ??= createStore('albert-demo', 'models'));

/** Names, in the order of letters; none where the browser has no database, as in some private windows. */
export async function keptModels(): Promise<string[]> {
  try {
    return (await keys<string>(store())).toSorted();
  } catch {
    return [];
  }
}

/**
 * Keeps a folder; beside one of the same name, not over it.
 *
 * @returns the address to load it from. @throws PageError when the browser has no room.
 */
export async function keepModel(wanted: string, files: KeptFiles): Promise<string> {
  let name = wanted;
  try {
    const taken = await keys<string>(store());
    for (let number = 2; taken.includes(name); number++) name = `${wanted} ${number}`;
    await set(name, files, store());
    // Not waited for: Firefox asks the user.
    void (navigator.storage as Partial<StorageManager> | undefined)?.persist?.().catch(() => undefined);
  } catch (error) {
    const { keptTitle, notStored } = text.model.refusals;
    throw new PageError(keptTitle, notStored(messageOf(error)), { cause: error });
  }
  return `${scheme}${name}`;
}

/** What people call a kept model; undefined for other addresses. */
export function keptName(address: string): string | undefined {
  return address.startsWith(scheme) ? address.slice(scheme.length) : undefined;
}

/** A kept model as the files of its folder; any other location as it is. @throws PageError for one that is not there, or cannot be read. */
export async function located(location: ModelLocation): Promise<ModelLocation> {
  const name = typeof location === 'string' ? keptName(location) : undefined;
  if (name === undefined) return location;
  const files = await readKept(name);
  if (!files) throw new PageError(text.notice.notLoaded, text.model.refusals.notKept(name));
  return files.map(([path, content]) => {
    const file = new File([content], path);
    return Object.defineProperty(file, 'webkitRelativePath', { value: `${name}/${path}` });
  });
}

async function readKept(name: string): Promise<KeptFiles | undefined> {
  try {
    return await get<KeptFiles>(name, store());
  } catch (error) {
    const { notRead } = text.model.refusals;
    throw new PageError(text.notice.notLoaded, notRead(name, messageOf(error)), { cause: error });
  }
}

/** The part of the model dialog that lists what is kept. @param choose called with the address of a model. */
export function startKeptModels(choose: (address: string) => void): void {
  const list = find('kept-models', HTMLElement);
  const status = find('kept-status', HTMLElement);
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
    status.textContent = '';
    try {
      await del(name, store());
    } catch (error) {
      status.textContent = text.model.notRemoved(name, messageOf(error));
    }
    await show();
  };
  find('model-button', HTMLElement).addEventListener('click', () => void show());
}
