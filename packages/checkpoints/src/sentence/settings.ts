/** What a sentence encoder does to a text before it is tokenized, and to a vector after the last module. */
import * as v from 'valibot';
import { optionalFiles, type OptionalFiles } from '../files/optional.ts';
import type { ModelFiles } from '../files/types.ts';
import { encoderFields, transformerFields } from './fields.ts';
import { checked, checkedFields, type SentenceOptions } from './modules.ts';
import { SentenceModuleError } from '../errors.ts';

/** Settings of sentence-transformers that change the vectors. */
export interface SentenceSettings {
  /** Tokens a sequence may have, special tokens included, where a file says so. */
  readonly maxLength: number | undefined;
  /** Whether texts are lower-cased before the tokenizer sees them. */
  readonly lowerCase: boolean;
  /** What is put before every text; '' for most. */
  readonly prompt: string;
  /** The first numbers of a vector that are kept. */
  readonly truncateDim: number | undefined;
}

const size = v.nullish(v.pipe(v.number(), v.minValue(1)));
/** A vector has a whole number of numbers. */
const count = v.nullish(v.pipe(v.number(), v.safeInteger(), v.minValue(1)));
const transformerConfig = v.object({ max_seq_length: size, do_lower_case: v.nullish(v.boolean(), false) });
const encoderConfig = v.object({
  prompts: v.nullish(v.record(v.string(), v.string()), {}),
  default_prompt_name: v.nullish(v.string()),
  truncate_dim: count,
});
const tokenizerConfig = v.object({ model_max_length: size, max_len: size });
/** Where the model's own settings are. */
export const encoderFile = 'config_sentence_transformers.json';
/** Names of the encoder's own settings, of which a folder has one; the second is of versions before 1. */
const transformerFiles = ['sentence_bert_config.json', 'sentence_albert_config.json'];

/**
 * @param files the model's
 * @param encoder the encoder's, which may be a folder inside
 * @throws SentenceModuleError
 */
export async function readSentenceSettings(
  files: ModelFiles,
  encoder: ModelFiles,
  options: SentenceOptions = {},
): Promise<SentenceSettings> {
  const [own, inside] = [optionalFiles(files, options.signal), optionalFiles(encoder, options.signal)];
  const [settings, tokenizerSettings, transformer] = await Promise.all([
    own.readJson(encoderFile),
    inside.readJson('tokenizer_config.json'),
    readFirst(inside, transformerFiles, options),
  ]);
  const named = checkedFields(encoderConfig, encoderFields, encoderFile, settings ?? {}, options);
  const tokenizer = checked(tokenizerConfig, 'tokenizer_config.json', tokenizerSettings ?? {});
  // transformers writes 1e30 for "no limit".
  const tokens = tokenizer.model_max_length ?? tokenizer.max_len ?? Infinity;
  const limit = transformer.max_seq_length ?? tokens;
  return {
    maxLength: Number.isSafeInteger(limit) ? limit : undefined,
    lowerCase: transformer.do_lower_case,
    prompt: promptOf(named),
    truncateDim: named.truncate_dim ?? undefined,
  };
}

/** The settings of the first of these files that is there. */
async function readFirst(
  files: OptionalFiles,
  [file, ...rest]: readonly string[],
  options: SentenceOptions,
): Promise<v.InferOutput<typeof transformerConfig>> {
  if (file === undefined) return checked(transformerConfig, '', {});
  const json = await files.readJson(file);
  return json === undefined
    ? readFirst(files, rest, options)
    : checkedFields(transformerConfig, transformerFields, file, json, options);
}

function promptOf({ prompts, default_prompt_name: name }: v.InferOutput<typeof encoderConfig>): string {
  if (name === undefined || name === null) return '';
  const prompt = prompts[name];
  if (prompt !== undefined) return prompt;
  throw new SentenceModuleError({
    problem: `${encoderFile} has default_prompt_name = ${JSON.stringify(name)}`,
    expected: `Expected one of its prompts: ${Object.keys(prompts).join(', ') || 'it has none'}`,
    remedy: 'Correct the name',
  });
}
