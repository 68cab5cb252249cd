import { readConfigFile, type ConvertedModel } from './converted.ts';
import { unlessMissing } from './files/optional.ts';
import type { ModelFiles, ReadOptions } from './files/types.ts';
import { folderOf } from './files/folder-of.ts';
import { listSentenceModules } from './sentence/modules.ts';
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
}

/** @throws ConvertError, SentenceModuleError, and what reading the files throws. */
export async function findEncoder(
  files: ModelFiles,
  { signal }: Pick<ReadOptions, 'signal'> = {},
): Promise<EncoderFiles> {
  const config = await unlessMissing(readConfigFile(files, { signal }));
  if (config) return { files, config };
  const modules = await listSentenceModules(files, { signal });
  const path = modules?.find(({ name }) => name === 'Transformer')?.path ?? '';
  if (path === '') return { files: await hubModuleFiles(files, { signal }), config };
  const inside = folderOf(files, path);
  return { files: inside, config: await readConfigFile(inside, { signal }) };
}
