/** Models that people may want, for the dialog: those that come with the page, then well-known ones of the Hub. */
import type { TaskName } from '@albert-web/core/spec';
import { clearCache, isCached } from 'albert-web';
import { button, find, make } from '../shared/dom.ts';
import { text } from '../strings/index.ts';

/** What is known of a model before it is loaded. */
export interface CatalogModel {
  /** As in the dialog's field; empty for the page's own model. */
  readonly address: string;
  readonly name: string;
  /** Of its weights, to two digits: measured for those of the page, four bytes a parameter for those of the Hub. */
  readonly megabytes: number;
  readonly language: 'en' | 'zh';
  readonly task: Extract<TaskName, 'paraphrase' | 'embed' | 'classify' | 'answer' | 'fillMask'>;
}

/** Every model, those of the page first. */
export const catalog: readonly CatalogModel[] = [
  { address: '', name: text.model.default, megabytes: 6, language: 'en', task: 'paraphrase' },
  { address: './weights/sentence/', name: 'weights/sentence', megabytes: 6, language: 'en', task: 'embed' },
  hub('sentence-transformers/paraphrase-albert-small-v2', 47, 'en', 'embed'),
  hub('albert/albert-base-v2', 47, 'en', 'fillMask'),
  hub('albert/albert-large-v2', 71, 'en', 'fillMask'),
  hub('textattack/albert-base-v2-SST-2', 47, 'en', 'classify'),
  hub('textattack/albert-base-v2-MRPC', 47, 'en', 'classify'),
  hub('twmkn9/albert-base-v2-squad2', 47, 'en', 'answer'),
  hub('voidful/albert_chinese_tiny', 17, 'zh', 'fillMask'),
];

function hub(
  address: string,
  megabytes: number,
  language: CatalogModel['language'],
  task: CatalogModel['task'],
): CatalogModel {
  return { address, name: address, megabytes, language, task };
}

/** The part of the dialog that lists them. @returns a function that checks again which of them are cached. */
export function startCatalog(choose: (address: string) => void): () => Promise<void> {
  const place = find('catalog', HTMLElement);
  const show = async (): Promise<void> => {
    const kept = await Promise.all(catalog.map(isKept));
    place.replaceChildren(...catalog.map((model, index) => itemOf(model, kept[index] ?? false, choose, show)));
  };
  return show;
}

/** Without a cache, as in some private windows, nothing is kept. The page's own model has no address to be looked up by. */
async function isKept({ address }: CatalogModel): Promise<boolean> {
  if (address === '') return false;
  return isCached(address).catch(() => false);
}

function itemOf(
  model: CatalogModel,
  isKept: boolean,
  choose: (address: string) => void,
  show: () => Promise<void>,
): HTMLLIElement {
  const { address, name, megabytes, language, task } = model;
  const size = isKept ? text.model.downloaded(megabytes) : text.model.toDownload(megabytes);
  const remove = button(text.model.removeDownload, () => {
    void clearCache(address).then(show, show);
  });
  remove.className = 'quiet';
  remove.ariaLabel = text.model.removeNamed(name);
  return make(
    'li',
    { className: 'row' },
    button(name, () => choose(address)),
    make('span', { className: 'hint' }, [text.model.can[task], text.model.languages[language], size].join(' · ')),
    ...(isKept ? [remove] : []),
  );
}
