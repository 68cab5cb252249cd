/**
 * ALBERT's configuration: the fields of Hugging Face's `AlbertConfig`, read verbatim.
 *
 * Source: Lan et al. 2019, section 3.1 and table 1; huggingface/transformers `models/albert/configuration_albert.py`.
 */
import { refusedField, unknownFields, type UnknownFieldWarning } from '@albert-web/errors';
import { ConfigError } from '../errors.ts';
import { activationNamed, activations, type Activation } from './activations.ts';
import { configFields } from './config-fields.ts';
import { crossLayerSharings, type CrossLayerSharing } from './sharing.ts';

/** What a classifier has been trained for. */
const problemTypes = ['regression', 'single_label_classification', 'multi_label_classification'] as const;
type ProblemType = (typeof problemTypes)[number];

/** Field names and meanings are Hugging Face's. Sizes are counts; probabilities are in [0, 1]. */
export interface AlbertConfig {
  readonly model_type: 'albert';
  readonly architectures: readonly string[];
  readonly vocab_size: number;
  readonly embedding_size: number;
  readonly hidden_size: number;
  readonly num_hidden_layers: number;
  readonly num_hidden_groups: number;
  readonly num_attention_heads: number;
  readonly intermediate_size: number;
  readonly inner_group_num: number;
  readonly hidden_act: Activation;
  readonly hidden_dropout_prob: number;
  readonly attention_probs_dropout_prob: number;
  readonly max_position_embeddings: number;
  readonly type_vocab_size: number;
  readonly initializer_range: number;
  readonly layer_norm_eps: number;
  readonly classifier_dropout_prob: number;
  readonly position_embedding_type: 'absolute';
  readonly pad_token_id: number;
  readonly bos_token_id: number;
  readonly eos_token_id: number;
  /** Class names by class index; its size is the number of labels. */
  readonly id2label: Readonly<Record<string, string>>;
  readonly label2id: Readonly<Record<string, number>>;
  /** How a cross-encoder of sentence-transformers turns logits into scores: the path of a PyTorch class. */
  readonly sentence_transformers?: { readonly activation_fn: string };
  readonly problem_type: ProblemType | null;
  readonly cross_layer_sharing: CrossLayerSharing;
  /** The range of probabilities in which a classifier is right less than two times in three, measured on held-out rows. */
  readonly unsure?: readonly [number, number];
  /** Languages the model reads, as BCP 47 tags, like `language` in a model card. */
  readonly language?: readonly string[];
  /** Whether the masked-LM head decodes with the word embeddings, as in every released ALBERT. */
  readonly tie_word_embeddings: boolean;
}

/** Hugging Face's `AlbertConfig()`, whose defaults are those of xxlarge, not of base. */
export const defaultConfig: AlbertConfig = {
  model_type: 'albert',
  architectures: ['AlbertModel'],
  vocab_size: 30000,
  embedding_size: 128,
  hidden_size: 4096,
  num_hidden_layers: 12,
  num_hidden_groups: 1,
  num_attention_heads: 64,
  intermediate_size: 16384,
  inner_group_num: 1,
  hidden_act: 'gelu_new',
  hidden_dropout_prob: 0,
  attention_probs_dropout_prob: 0,
  max_position_embeddings: 512,
  type_vocab_size: 2,
  initializer_range: 0.02,
  layer_norm_eps: 1e-12,
  classifier_dropout_prob: 0.1,
  position_embedding_type: 'absolute',
  pad_token_id: 0,
  bos_token_id: 2,
  eos_token_id: 3,
  id2label: { 0: 'LABEL_0', 1: 'LABEL_1' },
  label2id: { LABEL_0: 0, LABEL_1: 1 },
  problem_type: null,
  cross_layer_sharing: 'all',
  tie_word_embeddings: true,
};

/** The sizes of the paper's table 1, as overrides of the defaults. */
export const paperSizes = {
  base: { hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, intermediate_size: 3072 },
  large: { hidden_size: 1024, num_hidden_layers: 24, num_attention_heads: 16, intermediate_size: 4096 },
  xlarge: { hidden_size: 2048, num_hidden_layers: 24, num_attention_heads: 16, intermediate_size: 8192 },
  xxlarge: { hidden_size: 4096, num_hidden_layers: 12, num_attention_heads: 64, intermediate_size: 16384 },
} as const satisfies Record<string, Partial<AlbertConfig>>;

/** The largest accepted value of each size: far beyond any ALBERT, and small enough to list every weight. */
const maxSizes = {
  vocab_size: 2 ** 24,
  embedding_size: 2 ** 16,
  hidden_size: 2 ** 16,
  num_hidden_layers: 1024,
  num_hidden_groups: 1024,
  num_attention_heads: 1024,
  intermediate_size: 2 ** 18,
  inner_group_num: 16,
  max_position_embeddings: 2 ** 20,
  type_vocab_size: 1024,
} as const;
const maxNumLabels = 100_000;
const probabilities = ['hidden_dropout_prob', 'attention_probs_dropout_prob', 'classifier_dropout_prob'] as const;
const tokenIds = ['pad_token_id', 'bos_token_id', 'eos_token_id'] as const;

/**
 * Reads a parsed `config.json`; absent fields take Hugging Face's defaults. {@link unknownConfigFields} names unknown fields.
 *
 * @throws ConfigError for another architecture, an unknown activation, impossible sizes, or an unsupported value of a field.
 */
export function readConfig(json: unknown): AlbertConfig {
  const given = givenFields(json);
  checkArchitecture(given);
  const refused = refusedField(configFile, given, configFields);
  if (refused) throw new ConfigError(refused);
  const known = Object.fromEntries(Object.entries(given).filter(([field]) => field in defaultConfig));
  const config = {
    ...defaultConfig,
    ...known,
    ...readLabels(given),
    ...readScoreActivation(given),
    ...readUnsure(given),
    ...readLanguage(given),
  } as AlbertConfig;
  checkFields(config);
  return { ...config, hidden_act: readActivation(config.hidden_act) };
}

/** Names the unknown fields of a parsed `config.json`; undefined if there are none. */
export function unknownConfigFields(json: unknown): UnknownFieldWarning | undefined {
  const given = givenFields(json);
  const { sentence_transformers: section } = given;
  const inside = Object.entries(typeof section === 'object' ? { ...section } : {});
  const nested = Object.fromEntries(inside.map(([name, value]) => [`sentence_transformers.${name}`, value]));
  return unknownFields(configFile, { ...given, ...nested }, configFields);
}

const configFile = 'config.json';

/** Returns the fields of a configuration that have a value. */
function givenFields(json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ConfigError({
      problem: `config.json holds ${json === null ? 'null' : Array.isArray(json) ? 'a list' : `a ${typeof json}`}`,
      expected: 'Expected an object with the fields of Hugging Face AlbertConfig',
      remedy: 'Check that the model location is right',
    });
  }
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null && value !== undefined));
}

/** Returns the number of classes of the classifier (`id2label`). */
export function numLabels(config: AlbertConfig): number {
  return Object.keys(config.id2label).length;
}

/** Returns the width of one attention head. */
export function headSize(config: AlbertConfig): number {
  return config.hidden_size / config.num_attention_heads;
}

function checkArchitecture(given: Readonly<Record<string, unknown>>): void {
  const type = given['model_type'];
  const architectures = Array.isArray(given['architectures']) ? given['architectures'].map(String) : [];
  const other =
    type !== undefined ? type !== 'albert' : architectures.some((name) => !/^(?:TF|Flax)?Albert/u.test(name));
  if (other) {
    throw new ConfigError({
      problem: `config.json describes "${typeof type === 'string' ? type : architectures.join(', ')}"`,
      expected: 'Expected model_type "albert"',
      remedy: 'Only ALBERT checkpoints can be loaded: pick one, such as albert-base-v2',
    });
  }
}

/** Reads the class names. Older files have `num_labels` instead of `id2label`. Names may be numbers, as in `{"0": 0, "1": 1}`. */
function readLabels(given: Readonly<Record<string, unknown>>): Partial<AlbertConfig> {
  const { num_labels: count, id2label: names } = given;
  if (typeof names === 'object' && names !== null) {
    const texts = Object.entries(names).map(([index, name]) => [index, typeof name === 'number' ? `${name}` : name]);
    return { id2label: Object.fromEntries(texts) as AlbertConfig['id2label'] };
  }
  if (names !== undefined || count === undefined) return {};
  if (!isCount(count, maxNumLabels)) throw badField('num_labels', count, `an integer from 1 to ${maxNumLabels}`);
  const numbered = Array.from({ length: count }, (_, index) => `LABEL_${index}`);
  return {
    id2label: Object.fromEntries(numbered.map((name, index) => [index, name])),
    label2id: Object.fromEntries(numbered.map((name, index) => [name, index])),
  };
}

/** Reads a cross-encoder's activation, which sentence-transformers up to version 3 stored in a top-level field. */
function readScoreActivation(given: Readonly<Record<string, unknown>>): Pick<AlbertConfig, 'sentence_transformers'> {
  const section = given['sentence_transformers'];
  const named = typeof section === 'object' && section !== null && 'activation_fn' in section;
  const path = named ? section.activation_fn : given['sbert_ce_default_activation_function'];
  if (path === undefined || path === null) return {};
  if (typeof path !== 'string') throw badField('sentence_transformers.activation_fn', path, 'the name of a class');
  return { sentence_transformers: { activation_fn: path } };
}

function readUnsure({ unsure }: Readonly<Record<string, unknown>>): Pick<AlbertConfig, 'unsure'> {
  if (unsure === undefined) return {};
  const [from, to, ...more] = Array.isArray(unsure) ? (unsure as unknown[]) : [];
  const isBand = typeof from === 'number' && typeof to === 'number' && more.length === 0;
  // The band includes 0.5, where the verdict changes: otherwise verdicts close to a guess would count as sure.
  if (isBand && from >= 0 && from <= 0.5 && to >= 0.5 && to <= 1) return { unsure: [from, to] };
  throw badField('unsure', unsure, 'two probabilities with 0.5 between them, such as [0.4, 0.6]');
}

/** Reads the language: one tag or a list of them, as in a model card. */
function readLanguage({ language }: Readonly<Record<string, unknown>>): Pick<AlbertConfig, 'language'> {
  if (language === undefined) return {};
  const tags: unknown[] = Array.isArray(language) ? language : [language];
  if (tags.length > 0 && tags.every(isLanguageTag)) return { language: tags };
  throw badField('language', language, 'a BCP 47 tag, such as "en", or a list of them');
}

function isLanguageTag(tag: unknown): tag is string {
  try {
    return typeof tag === 'string' && Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

/** Reads an activation by any of its names. */
function readActivation(name: unknown): Activation {
  const known = typeof name === 'string' ? activationNamed(name) : undefined;
  if (!known) throw badField('hidden_act', name, oneOf(activations));
  return known;
}

function checkFields(config: AlbertConfig): void {
  const { architectures } = config;
  if (!Array.isArray(architectures) || !architectures.every((name) => typeof name === 'string'))
    throw badField('architectures', architectures, 'a list of class names, such as ["AlbertModel"]');
  for (const [field, largest] of Object.entries(maxSizes) as [keyof typeof maxSizes, number][]) {
    if (!isCount(config[field], largest)) throw badField(field, config[field], `an integer from 1 to ${largest}`);
  }
  for (const field of tokenIds) {
    if (!Number.isInteger(config[field])) throw badField(field, config[field], 'an integer');
  }
  for (const field of probabilities) {
    if (!(config[field] >= 0 && config[field] <= 1)) throw badField(field, config[field], 'a number from 0 to 1');
  }
  if (!(config.layer_norm_eps >= 0)) throw badField('layer_norm_eps', config.layer_norm_eps, 'a number of at least 0');
  if (typeof config.tie_word_embeddings !== 'boolean')
    throw badField('tie_word_embeddings', config.tie_word_embeddings, 'true or false');
  if (config.position_embedding_type !== 'absolute') {
    throw badField(
      'position_embedding_type',
      config.position_embedding_type,
      '"absolute", which every released ALBERT uses',
    );
  }
  if (config.problem_type !== null && !problemTypes.includes(config.problem_type)) {
    throw badField('problem_type', config.problem_type, problemTypes.join(', '));
  }
  if (config.pad_token_id < 0 || config.pad_token_id >= config.vocab_size) {
    throw badField('pad_token_id', config.pad_token_id, `an id from 0 on, below vocab_size (${config.vocab_size})`);
  }
  if (!Object.hasOwn(crossLayerSharings, config.cross_layer_sharing)) {
    throw badField('cross_layer_sharing', config.cross_layer_sharing, oneOf(crossLayerSharings));
  }
  if (!isListOfNames(config.id2label) || !isCount(numLabels(config), maxNumLabels)) {
    throw badField('id2label', config.id2label, `an object of 1 to ${maxNumLabels} class names by index, from 0 on`);
  }
  if (config.hidden_size % config.num_attention_heads !== 0) {
    throw badField(
      'hidden_size',
      config.hidden_size,
      `a multiple of num_attention_heads (${config.num_attention_heads})`,
    );
  }
  if (config.num_hidden_groups > config.num_hidden_layers) {
    throw badField(
      'num_hidden_groups',
      config.num_hidden_groups,
      `at most num_hidden_layers (${config.num_hidden_layers})`,
    );
  }
}

/** Returns whether every class has a name: transformers counts the entries, so an index beyond them would have none. */
function isListOfNames(id2label: unknown): boolean {
  if (typeof id2label !== 'object' || id2label === null) return false;
  const names: Readonly<Record<string, unknown>> = { ...id2label };
  const indices = Object.keys(names).map((_, index) => names[index]);
  return indices.length > 0 && indices.every((name) => typeof name === 'string');
}

function oneOf(table: object): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(Object.keys(table).map((name) => `"${name}"`));
}

const isCount = (value: unknown, largest: number): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= largest;

function badField(field: string, value: unknown, expected: string): ConfigError {
  return new ConfigError({
    problem: `config.json has ${field} = ${JSON.stringify(value)?.slice(0, 200)}`,
    expected: `Expected ${expected}`,
    remedy: 'Correct the file, or load a checkpoint whose configuration this runtime knows',
  });
}
