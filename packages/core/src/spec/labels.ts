/** What the classes of a classifier mean, by their names. Their order says nothing, because it differs between models. */
import { ConfigError } from '../errors.ts';
import { numLabels, type AlbertConfig } from './config.ts';

/**
 * What a class can mean, with the names it has in published models: those trained on MRPC, QQP and PAWS, on MNLI, SNLI, RTE
 * and QNLI, on SST-2 and on CoLA. Names are compared in lower case, with spaces for hyphens and underscores.
 */
const labelRoles = {
  same: /^(?:is )?(?:a )?(?:paraphrase|duplicate|equivalent|semantically equivalent|same|similar)s?$/u,
  different:
    /^(?:is )?(?:not?|non)(?: a)? ?(?:paraphrase|duplicate|equivalent|semantically equivalent|same|similar)s?$|^different$/u,
  entailment: /^entail/u,
  not_entailment: /^(?:not?|non) ?entail/u,
  contradiction: /^contradict/u,
  neutral: /^neutral$/u,
  positive: /^pos(?:itive)?$/u,
  negative: /^neg(?:ative)?$/u,
  acceptable: /^(?:acceptable|grammatical)$/u,
  unacceptable: /^(?:unacceptable|not acceptable|ungrammatical)$/u,
} as const satisfies Record<string, RegExp>;

/** The meaning of a class. */
export type LabelRole = keyof typeof labelRoles;

/** Returns the names of the classes, by index. */
export function labelNames({ id2label }: AlbertConfig): string[] {
  return Object.keys(id2label).map((_, index) => id2label[index] ?? '');
}

/** Returns what a class of this name means; undefined if that is not known. */
export function labelRole(name: string): LabelRole | undefined {
  const words = name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/gu, ' ');
  return (Object.keys(labelRoles) as LabelRole[]).find((role) => labelRoles[role].test(words));
}

/** Returns whether a name only numbers its class, as `LABEL_0` and `0` do. */
export function isUnnamed(name: string): boolean {
  return /^(?:label[ _-]?)?\d+$/iu.test(name.trim());
}

/** Returns whether no class has a name, so that only their order is known. */
export function hasUnnamedClasses(config: AlbertConfig): boolean {
  return labelNames(config).every(isUnnamed);
}

/** Returns the index of the only class with this meaning; undefined if there is none, or more than one. */
export function classOf(config: AlbertConfig, role: LabelRole): number | undefined {
  const [found, ...others] = labelNames(config).flatMap((name, index) => (labelRole(name) === role ? [index] : []));
  return others.length === 0 ? found : undefined;
}

/** Returns whether several classes can apply to one text. */
export function isMultiLabel(config: AlbertConfig): boolean {
  return config.problem_type === 'multi_label_classification' && numLabels(config) > 1;
}

/**
 * Returns the index of the class for two sentences that mean the same. Two classes without names are assumed to be those of
 * MRPC, QQP and PAWS, where 1 is "the same", and one class without a name is assumed to be a score; callers must tell the
 * user so ({@link hasUnnamedClasses}). Undefined for classes with other meanings, for classes that do not exclude each other,
 * and for a regression, whose scale is unknown.
 */
export function paraphraseClass(config: AlbertConfig): number | undefined {
  const labels = numLabels(config);
  if (config.problem_type === 'regression' && scoreFunction(config) === 'none') return undefined;
  if (isMultiLabel(config)) return undefined;
  return classOf(config, 'same') ?? (hasUnnamedClasses(config) && labels <= 2 ? labels - 1 : undefined);
}

/** Returns the classes for a text that follows from another, and for one that does not; undefined if one of them is missing. */
export function inferenceClasses(
  config: AlbertConfig,
): { readonly entailment: number; readonly contradiction: number } | undefined {
  const entailment = classOf(config, 'entailment');
  const contradiction = classOf(config, 'contradiction') ?? classOf(config, 'not_entailment');
  return entailment === undefined || contradiction === undefined ? undefined : { entailment, contradiction };
}

/**
 * Returns the index in `wanted` of each class of the model, matched by meaning or by name. Undefined if the classes do not
 * match one to one.
 *
 * @param wanted roles, or names of classes, by index
 */
export function matchLabels(config: AlbertConfig, wanted: readonly string[]): readonly number[] | undefined {
  const names = labelNames(config);
  const matched = names.map((name) =>
    wanted.findIndex(
      (label) => label.toLowerCase() === name.toLowerCase() || labelRole(name) === (labelRole(label) ?? label),
    ),
  );
  const each = new Set(matched);
  return names.length === wanted.length && each.size === names.length && !each.has(-1) ? matched : undefined;
}

/** How logits become scores. */
export type ScoreFunction = 'none' | 'sigmoid' | 'softmax' | 'tanh';

/** The activations that sentence-transformers writes into a cross-encoder's configuration, by the last part of their path. */
const activationClasses: Readonly<Record<string, ScoreFunction>> = {
  Identity: 'none',
  Sigmoid: 'sigmoid',
  Softmax: 'softmax',
  Tanh: 'tanh',
};

/**
 * Returns how a classifier's logits become scores: by a cross-encoder's own activation
 * (`sentence_transformers.activation_fn`), else by the rule of transformers' `TextClassificationPipeline`. A regression's
 * logits are the scores, a multi-label or single-class model applies a sigmoid to each, and all others apply a softmax.
 *
 * @throws ConfigError for an unknown activation
 */
export function scoreFunction(config: AlbertConfig): ScoreFunction {
  const own = config.sentence_transformers?.activation_fn;
  if (own !== undefined) return activationClass(own);
  if (config.problem_type === 'regression') return 'none';
  return isMultiLabel(config) || numLabels(config) === 1 ? 'sigmoid' : 'softmax';
}

function activationClass(path: string): ScoreFunction {
  const known = activationClasses[path.split('.').at(-1) ?? ''];
  if (known) return known;
  throw new ConfigError({
    problem: `config.json has sentence_transformers.activation_fn = "${path}"`,
    expected: `Expected a class of torch.nn: ${Object.keys(activationClasses).join(', ')}`,
    remedy: 'Remove the field to take the activation that transformers would',
  });
}
