import { optionalFiles, readSentenceModules, readSentenceSettings, type ModelFiles } from '@albert-web/checkpoints';
import { readConfig, unknownConfigFields } from '@albert-web/core';
import type { AlbertError } from '@albert-web/errors';
import { checkVocabulary, readTokenizer } from '@albert-web/tokenizer';

/** A model whose weights match its configuration. */
interface ReadModel {
  /** `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The encoder's files. */
  readonly files: ModelFiles;
}

/**
 * Reads a model's other files, as `load` does, to check that the model would load.
 *
 * @param files the model's files
 * @returns the warnings that `load` would give
 * @throws InvalidArgumentError if there is no tokenizer; TokenizerFormatError, SentenceModuleError, and what reading throws
 */
export async function checkParts(files: ModelFiles, { config, files: encoder }: ReadModel): Promise<AlbertError[]> {
  const warnings: AlbertError[] = [];
  const onWarning = (warning: AlbertError): void => void warnings.push(warning);
  const unknown = unknownConfigFields(config);
  if (unknown) warnings.push(unknown);
  const tokenizer = await readTokenizer(optionalFiles(encoder), { onWarning });
  checkVocabulary(tokenizer, readConfig(config).vocab_size);
  if (await readSentenceModules(files, { onWarning })) await readSentenceSettings(files, encoder, { onWarning });
  return warnings;
}
