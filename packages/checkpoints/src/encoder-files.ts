import { readConfigFile, type ConvertedModel } from './converted.ts';
import { unlessMissing } from './files/optional.ts';
import type { ModelFiles, ReadOptions } from './files/types.ts';
import { listSentenceModules } from './sentence/modules.ts';

/** Where a model's encoder lies, with what it says of itself. */
export interface EncoderFiles {
  /** The model's files, or those of the folder that `modules.json` names for the Transformer, as in `0_Transformer`. */
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
  if (path === '') return { files, config };
  const inside = folderOf(files, path);
  return { files: inside, config: await readConfigFile(inside, { signal }) };
}

/** The files under a folder of a model, by their paths inside it. */
function folderOf(files: ModelFiles, folder: string): ModelFiles {
  const at = (path: string): string => `${folder}/${path}`;
  return {
    location: `${files.location.replace(/\/$/u, '')}/${folder}`,
    remedy: files.remedy,
    readBytes: (path, options) => files.readBytes(at(path), options),
    readText: (path, options) => files.readText(at(path), options),
    readJson: (path, options) => files.readJson(at(path), options),
    size: (path, options) => files.size(at(path), options),
    has: (path, options) => files.has(at(path), options),
    list:
      files.list &&
      (async (options) => {
        const paths = (await files.list?.(options)) ?? [];
        return paths.filter((path) => path.startsWith(at(''))).map((path) => path.slice(at('').length));
      }),
  };
}
