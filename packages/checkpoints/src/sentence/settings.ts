/** Reads what a sentence encoder does to texts before tokenization, and to vectors after the last module. */
import * as v from 'valibot';
import { optionalFiles, type OptionalFiles } from '../files/optional.ts';
import type { ModelFiles } from '../files/types.ts';
import { encoderFields, transformerFields } from './fields.ts';
import { checked, checkedFields, type SentenceOptions } from './modules.ts';
import { SentenceModuleError } from '../errors.ts';

/** Settings of sentence-transformers that change the vectors. */
export interface SentenceSettings {
  /** `max_seq_length`: maximum sequence length, special tokens included. Takes the place of the tokenizer's. */
  readonly maxLength: number | undefined;
  /** Whether texts are lower-cased before tokenization. */
  readonly lowerCase: boolean;
  /** Precedes every text; usually ''. */
  readonly prompt: string;
  /** Number of leading dimensions to keep. */
  readonly truncateDim: number | undefined;
}

const size = v.nullish(v.pipe(v.number(), v.minValue(1)));
/** A whole number of dimensions. */
const count = v.nullish(v.pipe(v.number(), v.safeInteger(), v.minValue(1)));
const transformerConfig = v.object({ max_seq_length: size, do_lower_case: v.nullish(v.boolean(), false) });
const encoderConfig = v.object({
  prompts: v.nullish(v.record(v.string(), v.string()), {}),
  default_prompt_name: v.nullish(v.string()),
  truncate_dim: count,
});
/** The file of the model's settings. */
export const encoderFile = 'config_sentence_transformers.json';
/** File names of the encoder's settings; the second was used before version 1. */
const transformerFiles = ['sentence_bert_config.json', 'sentence_albert_config.json'];

/**
 * Reads the settings of a sentence encoder.
 *
 * @param files the files of the model
 * @param encoder the files of the encoder, which may be in a folder of the model
 * @throws SentenceModuleError
 */
export async function readSentenceSettings(
  files: ModelFiles,
  encoder: ModelFiles,
  options: SentenceOptions = {},
): Promise<SentenceSettings> {
  const [own, inside] = [optionalFiles(files, options.signal), optionalFiles(encoder, options.signal)];
  const [settings, transformer] = await Promise.all([
    own.readJson(encoderFile),
    readFirst(inside, transformerFiles, options),
  ]);
  const named = checkedFields(encoderConfig, encoderFields, encoderFile, settings ?? {}, options);
  const limit = transformer.max_seq_length;
  return {
    maxLength: limit !== null && Number.isSafeInteger(limit) ? limit : undefined,
    lowerCase: transformer.do_lower_case,
    prompt: promptOf(named),
    truncateDim: named.truncate_dim ?? undefined,
  };
}

/** Reads the first of these files that exists. */
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
