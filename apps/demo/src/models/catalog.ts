/** Models that people may want: those that are served with the page, then well-known ones of the Hub. */
import type { TaskName } from '@albert-web/core/spec';
import type { ModelLocation } from 'albert-web';
import { text } from '../strings/index.ts';

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
 * What a model can do, less what the catalog knows better than the names of its classes: where they have none, two of them could be
 * a verdict on two sentences, or good and bad.
 */
export function knownTasks(location: ModelLocation, tasks: readonly TaskName[]): readonly TaskName[] {
  const known = catalog.find(({ address }) => address !== '' && address === location);
  return known?.task === 'classify' ? tasks.filter((task) => task !== 'paraphrase' && task !== 'explain') : tasks;
}

/** Whether a model is served with the page: its own has no address, the others relative ones. */
export function isShipped({ address }: CatalogModel): boolean {
  return address === '' || address.startsWith('./');
}

function hub(address: string, megabytes: number, language: string, task: CatalogModel['task']): CatalogModel {
  return { address, name: address, megabytes, language, task };
}
