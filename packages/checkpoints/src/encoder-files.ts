import { readConfigFile, type ConvertedModel } from './converted.ts';
import { unlessMissing } from './files/optional.ts';
import type { ModelFiles } from './files/types.ts';
import { folderOf } from './files/folder-of.ts';
import { adapterClass, adapterFile } from './adapter/config.ts';
import { findAdapter, type BaseModelOptions, type FoundAdapter } from './adapter/find.ts';
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
  /** What is put into the weights: `config` is then the base model's, with the adapter's class. */
  readonly adapter?: (FoundAdapter & { readonly encoder: EncoderFiles }) | undefined;
}

/** @throws ConvertError, SentenceModuleError, and what reading the files throws. */
export async function findEncoder(
  files: ModelFiles,
  options: SentenceOptions & BaseModelOptions = {},
): Promise<EncoderFiles> {
  const { signal } = options;
  const config = await unlessMissing(readConfigFile(files, { signal }));
  if (config && !(await isBareAdapter(files))) return { files, ...(await readScoringConfig(files, config, options)) };
  const adapter = await findAdapter(files, options);
  if (adapter) return adaptedEncoder(adapter, options);
  const modules = await listSentenceModules(files, { signal });
  const path = modules?.find(({ name }) => name === 'Transformer')?.path ?? '';
  if (path === '') return { files: await hubModuleFiles(files, { signal }), config: undefined };
  const inside = folderOf(files, path);
  return { files: inside, config: await readConfigFile(inside, { signal }) };
}

/** Whether an adapter has a configuration of the model beside it, and no weights. Servers, which cannot tell, have none. */
async function isBareAdapter(files: ModelFiles): Promise<boolean> {
  const all = await files.list?.();
  if (!all?.includes(adapterFile)) return false;
  return !all.some((path) => /^(?:model.*\.safetensors|pytorch_model.*\.bin)$/u.test(path));
}

async function adaptedEncoder(
  adapter: FoundAdapter,
  options: SentenceOptions & BaseModelOptions,
): Promise<EncoderFiles> {
  const encoder = await findEncoder(adapter.base, options);
  const name = adapterClass(adapter.config);
  const config = encoder.config && { ...encoder.config, ...(name !== undefined && { architectures: [name] }) };
  return { files: await withTokenizer(adapter.files, encoder.files), config, adapter: { ...adapter, encoder } };
}

/** An adapter that added tokens has a tokenizer; others have that of the base model. */
async function withTokenizer(adapter: ModelFiles, base: ModelFiles): Promise<ModelFiles> {
  for (const file of ['tokenizer.json', 'spiece.model', 'vocab.txt']) if (await adapter.has(file)) return adapter;
  return base;
}
