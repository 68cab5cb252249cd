/** The lists in the model dialog, with one item for each model of the catalog. */
import { clearCache, isCached, type ModelLocation } from 'albert-web';
import { button, find, make } from '../shared/dom.ts';
import { languageNames } from '../shared/format.ts';
import { problemLine } from '../shared/problem.ts';
import { text } from '../strings/index.ts';
import { catalog, isShipped, type CatalogModel } from './catalog.ts';
import { ownModel } from './model-choice.ts';

/** Models of each list, by its id. */
const lists: Readonly<Record<string, readonly CatalogModel[]>> = {
  'shipped-models': catalog.filter(isShipped),
  'hub-models': catalog.filter((model) => !isShipped(model)),
};

/**
 * Starts the lists.
 *
 * @returns a function that checks again which models are cached, and marks the one in use
 */
export function startCatalog(choose: (address: string) => void): (used?: ModelLocation) => Promise<void> {
  const show = async (used?: ModelLocation): Promise<void> => {
    for (const [id, models] of Object.entries(lists)) {
      const items = await Promise.all(
        models.map(async (model) => {
          const isUsed = addressOf(placeOf(model.address)) === addressOf(used);
          return itemOf(model, { isKept: await isKept(model), isUsed }, choose, () => show(used));
        }),
      );
      find(id, HTMLElement).replaceChildren(...items);
    }
  };
  return show;
}

/** Returns the location of a model's files. */
function placeOf(address: string): string | URL {
  return address === '' ? ownModel() : address;
}

/** Returns the address of a location. Local files have none. */
function addressOf(location: ModelLocation | undefined): string | undefined {
  if (location instanceof URL) return location.href;
  return typeof location === 'string' ? location : undefined;
}

/** Whether a model is cached. Some private windows have no cache. */
async function isKept({ address }: CatalogModel): Promise<boolean> {
  return isCached(placeOf(address)).catch(() => false);
}

/** Removes a model's files from the cache, or says why they are still there. */
async function removeDownload({ address, name }: CatalogModel): Promise<void> {
  const status = find('model-status', HTMLElement);
  status.replaceChildren();
  try {
    await clearCache(placeOf(address));
  } catch (error) {
    status.replaceChildren(problemLine(error, text.model.notRemoved(name)));
  }
}

function itemOf(
  model: CatalogModel,
  { isKept, isUsed }: { readonly isKept: boolean; readonly isUsed: boolean },
  choose: (address: string) => void,
  show: () => Promise<void>,
): HTMLLIElement {
  const { address, name, megabytes, language, task } = model;
  const size = isKept ? text.model.downloaded(megabytes) : text.model.toDownload(megabytes);
  const facts = [...(isUsed ? [text.model.inUse] : []), text.model.can[task], languageNames([language]), size];
  const use = button(name, () => choose(address));
  if (isUsed) use.ariaCurrent = 'true';
  use.append(make('span', { className: 'hint' }, facts.join(' · ')));
  const remove = button(text.model.removeDownload, () => void removeDownload(model).then(show));
  remove.className = 'quiet';
  remove.ariaLabel = `${text.model.removeDownload}: ${name}`;
  return make('li', {}, use, ...(isKept ? [remove] : []));
}
