import { optionalFiles, readSentenceModules, readSentenceSettings, type ModelFiles } from '@albert-web/checkpoints';
import { readConfig, unknownConfigFields } from '@albert-web/core';
import type { AlbertError } from '@albert-web/errors';
import { checkVocabulary, readTokenizer } from '@albert-web/tokenizer';

/** A model whose weights have been read and fit its configuration. */
interface ReadModel {
  /** `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Where the encoder lies. */
  readonly files: ModelFiles;
}

/**
 * Reads what stands beside a model's weights, as `load` does, so that nothing is called a model that would not load.
 *
 * @param files the model's own
 * @returns what `load` would warn of
 * @throws InvalidArgumentError where there is no tokenizer; TokenizerFormatError, SentenceModuleError, and what reading throws
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
