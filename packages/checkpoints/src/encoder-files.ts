import { readConfigFile, type ConvertedModel } from './converted.ts';
import { undefinedIfMissing } from './files/optional.ts';
import type { ModelFiles, ReadOptions } from './files/types.ts';
import { missingConfig } from './other-formats.ts';
import { googleConfigFile } from './tensorflow/google-config.ts';
import { folderOf } from './files/folder-of.ts';
import { adapterClass, adapterFile } from './adapter/config.ts';
import { findAdapter, type BaseModelOptions, type FoundAdapter } from './adapter/find.ts';
import { readScoringConfig } from './sentence/cross-encoder.ts';
import { listSentenceModules, type SentenceOptions } from './sentence/modules.ts';
import { hubModuleFiles } from './tensorflow/hub-module.ts';

/** The files of a model's encoder, and its configuration. */
export interface EncoderFiles {
  /**
   * The model's files, or those of the Transformer's folder in `modules.json`, such as `0_Transformer`. Includes the assets of a
   * TF-Hub module.
   */
  readonly files: ModelFiles;
  /** `config.json`; undefined if there is none, as for a TensorFlow checkpoint. */
  readonly config: ConvertedModel['config'] | undefined;
  /** Maximum sequence length, special tokens included, if the settings of a cross-encoder give one. */
  readonly maxLength?: number | undefined;
  /** The adapter to merge. `config` is then the base model's, with the adapter's class. */
  readonly adapter?: (FoundAdapter & { readonly encoder: EncoderFiles }) | undefined;
}

/** Finds the encoder of a model. @throws ConvertError, SentenceModuleError, and what reading the files throws. */
export async function findEncoder(
  files: ModelFiles,
  options: SentenceOptions & BaseModelOptions = {},
): Promise<EncoderFiles> {
  const { signal } = options;
  const config = await undefinedIfMissing(readConfigFile(files, { signal }));
  if (config && !(await isBareAdapter(files))) return { files, ...(await readScoringConfig(files, config, options)) };
  const adapter = await findAdapter(files, options);
  if (adapter) return adaptedEncoder(adapter, options);
  const modules = await listSentenceModules(files, { signal });
  const path = modules?.find(({ name }) => name === 'Transformer')?.path ?? '';
  if (path === '') return { files: await originalFiles(files, { signal }), config: undefined };
  const inside = folderOf(files, path);
  return { files: inside, config: await readConfigFile(inside, { signal }) };
}

/**
 * Returns the files of a model without a `config.json`: a TensorFlow checkpoint or a TF-Hub module. For a server, which cannot
 * list files, the names of checkpoints are tried one by one, so a model without the original configuration is rejected first.
 *
 * @throws MissingFileError
 */
async function originalFiles(files: ModelFiles, options: Pick<ReadOptions, 'signal'>): Promise<ModelFiles> {
  const original = await hubModuleFiles(files, options);
  if (original.list || (await original.has(googleConfigFile, options))) return original;
  throw await missingConfig(files, options);
}

/**
 * Whether the second text of a pair has token type 1, for a tokenizer whose files do not say it. A model with only one token type
 * gets no type ids for pairs, as in transformers 5. transformers 4 rejects such pairs.
 */
export function tokenTypesOf(config: { readonly type_vocab_size?: unknown } | undefined): false | undefined {
  return config?.type_vocab_size === 1 ? false : undefined;
}

/** Whether an adapter comes with the model's configuration but no weights. False for servers, which cannot list files. */
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

/** An adapter that adds tokens has its own tokenizer; others use the base model's. */
async function withTokenizer(adapter: ModelFiles, base: ModelFiles): Promise<ModelFiles> {
  for (const file of ['tokenizer.json', 'spiece.model', 'vocab.txt']) if (await adapter.has(file)) return adapter;
  return base;
}
