/** Reads the settings of a cross-encoder. Since sentence-transformers 5.4, its files are those of a sentence encoder. */
import { heads } from '@albert-web/core/spec';
import type { ConvertedModel } from '../converted.ts';
import { optionalFiles } from '../files/optional.ts';
import type { ModelFiles } from '../files/types.ts';
import type { SentenceOptions } from './modules.ts';
import { encoderFile, readSentenceSettings } from './settings.ts';
import { SentenceModuleError } from '../errors.ts';

type Config = ConvertedModel['config'];

/** A configuration with the settings of its companion files. */
export interface ScoringConfig {
  readonly config: Config;
  /** Maximum length of a pair, special tokens included, if the settings give one. */
  readonly maxLength?: number | undefined;
}

/**
 * Adds a cross-encoder's activation and maximum length to a classifier's configuration. Returns other configurations unchanged.
 *
 * @throws SentenceModuleError for unsupported settings that would change the scores
 */
export async function readScoringConfig(
  files: ModelFiles,
  config: Config,
  options: SentenceOptions,
): Promise<ScoringConfig> {
  const section = config['sentence_transformers'];
  const isMarked = isObject(section) || config['sbert_ce_default_activation_function'] !== undefined;
  if (!isClassifier(config) || !(isMarked || mayHaveSettings(config))) return { config };
  const json = await optionalFiles(files, options.signal).readJson(encoderFile);
  const settings = isObject(json) && json['model_type'] === 'CrossEncoder' ? json : undefined;
  if (!settings && !isMarked) return { config };
  const { maxLength, lowerCase, prompt } = await readSentenceSettings(files, files, options);
  if (lowerCase || prompt !== '') throw unsupported(lowerCase ? 'do_lower_case' : 'default_prompt_name');
  const activation = settings?.['activation_fn'] ?? undefined;
  if (activation === undefined) return { config, maxLength };
  return {
    config: { ...config, sentence_transformers: { ...(isObject(section) && section), activation_fn: activation } },
    maxLength,
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isClassifier({ architectures }: Config): boolean {
  return Array.isArray(architectures) && architectures.includes(heads.sequence_classification.architecture);
}

/**
 * Whether sentence-transformers 5.4 or later may have saved this model. It requires transformers 4.41, which writes its
 * version. For other models, the files are not requested, because each request would fail.
 */
function mayHaveSettings({ transformers_version: version }: Config): boolean {
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/u.exec(typeof version === 'string' ? version : '') ?? [];
  return Number(major) > 4 || (Number(major) === 4 && Number(minor) >= 41);
}

function unsupported(field: string): SentenceModuleError {
  return new SentenceModuleError({
    problem: `This cross-encoder has ${field}, which would change its scores`,
    expected: 'Expected a cross-encoder that reads its texts unchanged',
    remedy: 'Remove the setting from its files to ignore it',
  });
}
