/** Models that people may want, for the dialog: those that come with the page, then well-known ones of the Hub. */
import type { TaskName } from '@albert-web/core/spec';
import { clearCache, isCached, type ModelLocation } from 'albert-web';
import { button, find, make } from '../shared/dom.ts';
import { languageNames } from '../shared/format.ts';
import { text } from '../strings/index.ts';
import { ownModel } from './model-choice.ts';

/** What is known of a model before it is loaded. */
export interface CatalogModel {
  /** As in the dialog's field; empty for the page's own model. */
  readonly address: string;
  readonly name: string;
  /** Of its weights, to two digits: measured for those of the page, four bytes a parameter for those of the Hub. */
  readonly megabytes: number;
  /** A BCP 47 tag. */
  readonly language: string;
  readonly task: Extract<TaskName, 'paraphrase' | 'embed' | 'classify' | 'answer' | 'fillMask'>;
}

/** Every model, those of the page first. */
export const catalog: readonly CatalogModel[] = [
  { address: '', name: text.model.default, megabytes: 6, language: 'en', task: 'paraphrase' },
  { address: './weights/sentence/', name: text.model.encoder, megabytes: 6, language: 'en', task: 'embed' },
  hub('sentence-transformers/paraphrase-albert-small-v2', 47, 'en', 'embed'),
  hub('albert/albert-base-v2', 47, 'en', 'fillMask'),
  hub('albert/albert-large-v2', 71, 'en', 'fillMask'),
  hub('textattack/albert-base-v2-SST-2', 47, 'en', 'classify'),
  hub('textattack/albert-base-v2-MRPC', 47, 'en', 'paraphrase'),
  hub('twmkn9/albert-base-v2-squad2', 47, 'en', 'answer'),
  hub('voidful/albert_chinese_tiny', 17, 'zh', 'fillMask'),
];

/**
 * What a model can do, less what the catalog knows better than the names of its classes: where they have none, two of them could be
 * a verdict on two sentences, or good and bad.
 */
export function knownTasks(location: ModelLocation, tasks: readonly TaskName[]): readonly TaskName[] {
  const known = catalog.find(({ address }) => address !== '' && address === location);
  return known?.task === 'classify' ? tasks.filter((task) => task !== 'paraphrase' && task !== 'explain') : tasks;
}

/** How many of them come with the page. */
const shipped = catalog.filter(({ address }) => isShipped(address)).length;

/** The page's own model has no address, its others relative ones. */
function isShipped(address: string): boolean {
  return address === '' || address.startsWith('./');
}

function hub(address: string, megabytes: number, language: string, task: CatalogModel['task']): CatalogModel {
  return { address, name: address, megabytes, language, task };
}

/** The part of the dialog that lists them. @returns a function that checks again which of them are cached. */
export function startCatalog(choose: (address: string) => void): () => Promise<void> {
  const show = async (): Promise<void> => {
    const items = await Promise.all(catalog.map(async (model) => itemOf(model, await isKept(model), choose, show)));
    find('shipped-models', HTMLElement).replaceChildren(...items.slice(0, shipped));
    find('hub-models', HTMLElement).replaceChildren(...items.slice(shipped));
  };
  return show;
}

/** Where its files are. */
function placeOf(address: string): string | URL {
  return address === '' ? ownModel() : address;
}

/** Without a cache, as in some private windows, nothing is kept. */
async function isKept({ address }: CatalogModel): Promise<boolean> {
  return isCached(placeOf(address)).catch(() => false);
}

function itemOf(
  model: CatalogModel,
  isKept: boolean,
  choose: (address: string) => void,
  show: () => Promise<void>,
): HTMLLIElement {
  const { address, name, megabytes, language, task } = model;
  const size = isKept ? text.model.downloaded(megabytes) : text.model.toDownload(megabytes);
  const facts = [text.model.can[task], languageNames([language]), size].join(' · ');
  const use = button(name, () => choose(address));
  use.append(make('span', { className: 'hint' }, facts));
  const remove = button(text.model.removeDownload, () => {
    void clearCache(placeOf(address)).then(show, show);
  });
  remove.className = 'quiet';
  remove.ariaLabel = `${text.model.removeDownload}: ${name}`;
  return make('li', {}, use, ...(isKept ? [remove] : []));
}
