/** What the classes of a classifier mean, by their names: their places say nothing, since every recipe has its own order. */
import { ConfigError } from '../errors.ts';
import { numLabels, type AlbertConfig } from './config.ts';

/**
 * What a class can say, with the names it has in models people share: those trained on MRPC, QQP and PAWS, on MNLI, SNLI,
 * RTE and QNLI, on SST-2 and on CoLA. Names are compared in lower case, with spaces for what joins words.
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

/** What a class says. */
export type LabelRole = keyof typeof labelRoles;

/** Names of the classes, by index. */
export function labelNames({ id2label }: AlbertConfig): string[] {
  return Object.keys(id2label).map((_, index) => id2label[index] ?? '');
}

/** What a class of this name says; undefined where that is not known. */
export function labelRole(name: string): LabelRole | undefined {
  const words = name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/gu, ' ');
  return (Object.keys(labelRoles) as LabelRole[]).find((role) => labelRoles[role].test(words));
}

/** Whether a name only numbers its class, as `LABEL_0` and `0` do. */
export function isUnnamed(name: string): boolean {
  return /^(?:label[ _-]?)?\d+$/iu.test(name.trim());
}

/** Whether no class has a name, so that only their order is known. */
export function hasUnnamedClasses(config: AlbertConfig): boolean {
  return labelNames(config).every(isUnnamed);
}

/** Index of the one class that says this; undefined where none does, or several. */
export function classOf(config: AlbertConfig, role: LabelRole): number | undefined {
  const [found, ...others] = labelNames(config).flatMap((name, index) => (labelRole(name) === role ? [index] : []));
  return others.length === 0 ? found : undefined;
}

/** Whether several classes can be true of one text. */
export function isMultiLabel(config: AlbertConfig): boolean {
  return config.problem_type === 'multi_label_classification' && numLabels(config) > 1;
}

/**
 * Index of the class that says two sentences mean the same. Two classes without names are taken for those of MRPC, QQP and
 * PAWS, where 1 is the same, and one class without a name for a score; callers must say so ({@link hasUnnamedClasses}).
 * Undefined for classes that say something else, for classes that do not exclude each other, and for a regression, whose scale
 * is unknown.
 */
export function paraphraseClass(config: AlbertConfig): number | undefined {
  const labels = numLabels(config);
  if (config.problem_type === 'regression' && scoreFunction(config) === 'none') return undefined;
  if (isMultiLabel(config)) return undefined;
  return classOf(config, 'same') ?? (hasUnnamedClasses(config) && labels <= 2 ? labels - 1 : undefined);
}

/** Which classes say that one text follows from another, and that it does not; undefined where one of them is missing. */
export function inferenceClasses(
  config: AlbertConfig,
): { readonly entailment: number; readonly contradiction: number } | undefined {
  const entailment = classOf(config, 'entailment');
  const contradiction = classOf(config, 'contradiction') ?? classOf(config, 'not_entailment');
  return entailment === undefined || contradiction === undefined ? undefined : { entailment, contradiction };
}

/**
 * Index, among labels that mean `wanted`, of each class of the model: by role, by name, or by number where the model's names
 * only number its classes and the task's do too. Undefined where a class is none of them.
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

/** The activations that sentence-transformers writes into a cross-encoder's configuration, by the end of their path. */
const activationClasses: Readonly<Record<string, ScoreFunction>> = {
  Identity: 'none',
  Sigmoid: 'sigmoid',
  Softmax: 'softmax',
  Tanh: 'tanh',
};

/**
 * How a classifier's logits become scores: a cross-encoder's own activation (`sentence_transformers.activation_fn`), else
 * the rule of transformers' `TextClassificationPipeline`: a regression's are as they are, several labels or a single one take
 * a sigmoid each, all others a softmax.
 *
 * @throws ConfigError for an activation that is not known here
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
