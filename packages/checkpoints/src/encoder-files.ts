import { readConfigFile, type ConvertedModel } from './converted.ts';
import { unlessMissing } from './files/optional.ts';
import type { ModelFiles } from './files/types.ts';
import { folderOf } from './files/folder-of.ts';
import { readScoringConfig } from './sentence/cross-encoder.ts';
import { listSentenceModules, type SentenceOptions } from './sentence/modules.ts';
import { hubModuleFiles } from './tensorflow/hub-module.ts';

/** Where a model's encoder lies, with what it says of itself. */
export interface EncoderFiles {
  /**
   * The model's files, or those of the folder that `modules.json` names for the Transformer, as in `0_Transformer`; the assets
   * of a TF-Hub module beside the others.
   */
  readonly files: ModelFiles;
  /** `config.json`; undefined where there is none, as beside a TensorFlow checkpoint. */
  readonly config: ConvertedModel['config'] | undefined;
  /** Tokens a sequence may have, special tokens included, where the files of a cross-encoder say so. */
  readonly maxLength?: number | undefined;
}

/** @throws ConvertError, SentenceModuleError, and what reading the files throws. */
export async function findEncoder(files: ModelFiles, options: SentenceOptions = {}): Promise<EncoderFiles> {
  const { signal } = options;
  const config = await unlessMissing(readConfigFile(files, { signal }));
  if (config) return { files, ...(await readScoringConfig(files, config, options)) };
  const modules = await listSentenceModules(files, { signal });
  const path = modules?.find(({ name }) => name === 'Transformer')?.path ?? '';
  if (path === '') return { files: await hubModuleFiles(files, { signal }), config: undefined };
  const inside = folderOf(files, path);
  return { files: inside, config: await readConfigFile(inside, { signal }) };
}
