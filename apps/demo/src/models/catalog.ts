/** The catalog of models: those served with the page, then well-known ones on the Hub. */
import type { TaskName } from '@albert-web/core/spec';
import type { ModelLocation } from 'albert-web';
import { text } from '../strings/index.ts';

/** Facts about a model that are known before it is loaded. */
export interface CatalogModel {
  /** Address as in the dialog's field; empty for the page's own model. */
  readonly address: string;
  readonly name: string;
  /** Size of its weights, to two digits: measured for those of the page, four bytes per parameter for those on the Hub. */
  readonly megabytes: number;
  /** BCP 47 tag. */
  readonly language: string;
  readonly task: Extract<TaskName, 'paraphrase' | 'embed' | 'classify' | 'answer' | 'fillMask'>;
}

/** All models, with those of the page first. */
export const catalog: readonly CatalogModel[] = [
  { address: '', name: text.model.default, megabytes: 6, language: 'en', task: 'paraphrase' },
  { address: './weights/accurate/', name: text.model.accurate, megabytes: 8, language: 'en', task: 'paraphrase' },
  { address: './weights/sentence/', name: text.model.encoder, megabytes: 6, language: 'en', task: 'embed' },
  { address: './weights/pretrained/', name: text.model.pretrained, megabytes: 6, language: 'en', task: 'fillMask' },
  hub('sentence-transformers/paraphrase-albert-small-v2', 47, 'en', 'embed'),
  hub('albert/albert-base-v2', 47, 'en', 'fillMask'),
  hub('albert/albert-large-v2', 71, 'en', 'fillMask'),
  hub('textattack/albert-base-v2-SST-2', 47, 'en', 'classify'),
  hub('textattack/albert-base-v2-MRPC', 47, 'en', 'paraphrase'),
  hub('twmkn9/albert-base-v2-squad2', 47, 'en', 'answer'),
  hub('voidful/albert_chinese_tiny', 17, 'zh', 'fillMask'),
];

/**
 * Returns the tasks that a model can do, corrected by the catalog. Two classes without names could be a verdict on two sentences,
 * or something like good and bad; the catalog knows which.
 */
export function knownTasks(location: ModelLocation, tasks: readonly TaskName[]): readonly TaskName[] {
  const known = catalog.find(({ address }) => address !== '' && address === location);
  return known?.task === 'classify' ? tasks.filter((task) => task !== 'paraphrase' && task !== 'explain') : tasks;
}

/** Whether a model is served with the page. Its own model has no address, the others have relative ones. */
export function isShipped({ address }: CatalogModel): boolean {
  return address === '' || address.startsWith('./');
}

function hub(address: string, megabytes: number, language: string, task: CatalogModel['task']): CatalogModel {
  return { address, name: address, megabytes, language, task };
}
