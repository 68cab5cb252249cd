import { describe, expect, it } from 'vitest';
import { ConfigError } from '../errors.ts';
import type { AlbertConfig } from './index.ts';
import {
  inferenceClasses,
  labelRole,
  matchLabels,
  paraphraseClass,
  readConfig,
  scoreFunction,
  tasksOf,
  type Head,
  type TaskName,
} from './index.ts';

const classifier = (names: readonly string[], more: object = {}): AlbertConfig =>
  readConfig({ id2label: Object.fromEntries(names.entries()), ...more });

// Names that models on the Hub use for MRPC, QQP and PAWS; MNLI, SNLI, RTE and QNLI; SST-2; CoLA.
it.each([
  ['paraphrase', 'same'],
  ['is_duplicate', 'same'],
  ['Equivalent', 'same'],
  ['not_equivalent', 'different'],
  ['NOT_DUPLICATE', 'different'],
  ['not a paraphrase', 'different'],
  ['non-paraphrase', 'different'],
  ['no_paraphrase', 'different'],
  ['ENTAILMENT', 'entailment'],
  ['entails', 'entailment'],
  ['not_entailment', 'not_entailment'],
  ['contradiction', 'contradiction'],
  ['neutral', 'neutral'],
  ['POSITIVE', 'positive'],
  ['acceptable', 'acceptable'],
  ['unacceptable', 'unacceptable'],
  ['LABEL_1', undefined],
  ['sport', undefined],
] as const)('%s means %s', (name, role) => {
  expect(labelRole(name)).toBe(role);
});

it.each([
  [['not_paraphrase', 'paraphrase'], 1],
  [['duplicate', 'not_duplicate'], 0],
  [['LABEL_0', 'LABEL_1'], 1],
  [['0', '1'], 1],
  [['LABEL_0'], 0],
  [['contradiction', 'neutral', 'entailment'], undefined],
  [['negative', 'positive'], undefined],
  [['LABEL_0', 'LABEL_1', 'LABEL_2'], undefined],
] as const)('of %j, class %s means that two sentences mean the same', (names, index) => {
  expect(paraphraseClass(classifier(names))).toBe(index);
});

it('has no paraphrase class for a regression, unless a cross-encoder applies a sigmoid', () => {
  const regression = { problem_type: 'regression' };
  expect(paraphraseClass(classifier(['LABEL_0'], regression))).toBeUndefined();
  const squeezed = { ...regression, sentence_transformers: { activation_fn: 'torch.nn.modules.activation.Sigmoid' } };
  expect(paraphraseClass(classifier(['LABEL_0'], squeezed))).toBe(0);
});

it.each([
  [['not_paraphrase', 'paraphrase'], undefined],
  [['LABEL_0', 'LABEL_1'], undefined],
  [['paraphrase'], 0],
])('with several labels per text, the paraphrase class of %j is %s', (names, index) => {
  expect(paraphraseClass(classifier(names, { problem_type: 'multi_label_classification' }))).toBe(index);
});

it('finds the classes of inference in any order', () => {
  expect(inferenceClasses(classifier(['ENTAILMENT', 'NEUTRAL', 'CONTRADICTION']))).toEqual({
    entailment: 0,
    contradiction: 2,
  });
  expect(inferenceClasses(classifier(['not_entailment', 'entailment']))).toEqual({ entailment: 1, contradiction: 0 });
  expect(inferenceClasses(classifier(['negative', 'neutral', 'positive']))).toBeUndefined();
});

it.each([
  [
    ['ENTAILMENT', 'neutral', 'Contradiction'],
    ['contradiction', 'entailment', 'neutral'],
    [1, 2, 0],
  ],
  [
    ['POSITIVE', 'NEGATIVE'],
    ['negative', 'positive'],
    [1, 0],
  ],
  [
    ['0', '1'],
    ['0', '1'],
    [0, 1],
  ],
  [['LABEL_0', 'LABEL_1', 'LABEL_2'], ['contradiction', 'entailment', 'neutral'], undefined],
  [['entailment', 'not_entailment'], ['contradiction', 'entailment', 'neutral'], undefined],
  [['negative', 'positive'], ['entailment', 'not_entailment'], undefined],
] as const)('matches the classes %j with the labels %j', (names, wanted, indices) => {
  expect(matchLabels(classifier(names), wanted)).toEqual(indices);
});

// transformers 4.57 `TextClassificationPipeline.__call__`; sentence-transformers 5 `CrossEncoder.activation_fn`.
describe('scoreFunction', () => {
  it.each([
    [['a'], {}, 'sigmoid'],
    [['a'], { problem_type: 'single_label_classification' }, 'sigmoid'],
    [['a'], { problem_type: 'regression' }, 'none'],
    [['a', 'b'], { problem_type: 'regression' }, 'none'],
    [['a', 'b'], { problem_type: 'multi_label_classification' }, 'sigmoid'],
    [['a', 'b'], {}, 'softmax'],
    [['a'], { sentence_transformers: { activation_fn: 'torch.nn.modules.linear.Identity' } }, 'none'],
    [['a'], { sbert_ce_default_activation_function: 'torch.nn.modules.linear.Identity' }, 'none'],
    [['a', 'b'], { sentence_transformers: { activation_fn: 'torch.nn.modules.activation.Sigmoid' } }, 'sigmoid'],
  ] as const)('of %j with %j is %s', (names, more, expected) => {
    expect(scoreFunction(classifier(names, more))).toBe(expected);
  });

  it('rejects an unknown activation', () => {
    const config = classifier(['a'], { sentence_transformers: { activation_fn: 'torch.nn.modules.activation.GELU' } });
    expect(() => scoreFunction(config)).toThrow(ConfigError);
    expect(() => scoreFunction(config)).toThrow(/activation_fn = "torch.nn.modules.activation.GELU"/u);
  });
});

it('accepts numbers as class names, as transformers does', () => {
  expect(readConfig({ id2label: { 0: 0, 1: 1 } }).id2label).toEqual({ 0: '0', 1: '1' });
});

it.each([
  ['a gap', { 0: 'a', 2: 'c' }],
  ['an index that is not a number', { a: 'b' }],
  ['a name that is not a string', { 0: ['a'] }],
])('rejects id2label with %s', (_, id2label) => {
  expect(() => readConfig({ id2label })).toThrow(/id2label/u);
});

it.each<[Head, readonly string[], boolean, readonly TaskName[]]>([
  ['sequence_classification', ['not_paraphrase', 'paraphrase'], false, ['paraphrase', 'explain', 'classify']],
  ['sequence_classification', ['entailment', 'neutral', 'contradiction'], false, ['classify', 'classifyZeroShot']],
  ['sequence_classification', ['negative', 'positive'], false, ['classify']],
  ['token_classification', ['O', 'B-PER'], false, ['tag']],
  ['question_answering', ['LABEL_0', 'LABEL_1'], false, ['answer']],
  ['multiple_choice', ['LABEL_0', 'LABEL_1'], false, ['choose']],
  ['masked_lm', ['LABEL_0', 'LABEL_1'], false, ['fillMask']],
  ['pretraining', ['LABEL_0', 'LABEL_1'], false, ['fillMask', 'sentenceOrder']],
  ['base', ['LABEL_0', 'LABEL_1'], false, []],
  ['encoder', ['LABEL_0', 'LABEL_1'], true, ['paraphrase', 'explain']],
])('a model with the head %s and the classes %j does its tasks', (head, names, sentenceEncoder, own) => {
  const can = tasksOf({ head, config: classifier(names), sentenceEncoder });
  expect(new Set(can)).toEqual(new Set([...own, 'embed', 'embedTokens']));
});
