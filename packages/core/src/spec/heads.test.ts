import { expect, it } from 'vitest';
import {
  architectureOf,
  defaultConfig,
  headNames,
  headOf,
  headSpec,
  headWeights,
  linearChain,
  shapeOf,
} from './index.ts';

// From transformers 4.57: names and shapes in the `state_dict()` of each class for AlbertConfig(hidden_size=8,
// embedding_size=4, vocab_size=10, num_labels=3), without `albert.embeddings`, `albert.encoder` and the tied decoder.
const config = {
  ...defaultConfig,
  vocab_size: 10,
  embedding_size: 4,
  hidden_size: 8,
  id2label: { 0: 'a', 1: 'b', 2: 'c' },
};
const pooler = ['pooler.weight 8,8', 'pooler.bias 8'];
const predictions = [
  'predictions.dense.weight 4,8',
  'predictions.dense.bias 4',
  'predictions.LayerNorm.weight 4',
  'predictions.LayerNorm.bias 4',
  'predictions.bias 10',
];

it.each([
  ['encoder', []],
  ['base', pooler],
  [
    'pretraining',
    [...pooler, ...predictions, 'sop_classifier.classifier.weight 2,8', 'sop_classifier.classifier.bias 2'],
  ],
  ['masked_lm', predictions],
  ['sequence_classification', [...pooler, 'classifier.weight 3,8', 'classifier.bias 3']],
  ['token_classification', ['classifier.weight 3,8', 'classifier.bias 3']],
  ['question_answering', ['qa_outputs.weight 2,8', 'qa_outputs.bias 2']],
  ['multiple_choice', [...pooler, 'classifier.weight 1,8', 'classifier.bias 1']],
] as const)('%s has the weights of its class in transformers', (head, weights) => {
  expect(headWeights(config, head).map(({ name, shape }) => `${name} ${shape.join()}`)).toEqual(weights);
});

it('finds each head by its class; the encoder without pooler has no class of its own', () => {
  for (const head of headNames.filter((name) => name !== 'encoder')) {
    expect(headOf({ ...config, architectures: ['AlbertTokenizer', architectureOf(head)] })).toBe(head);
  }
});

it('resolves the symbolic shapes of outputs', () => {
  const sizes = { batch: 6, length: 5, choices: 3 };
  const shapes = Object.fromEntries(
    Object.values(headSpec('multiple_choice').chains).flatMap(({ outputs }) =>
      Object.entries(outputs).map(([name, { shape }]) => [name, shapeOf(shape, config, sizes)]),
    ),
  );
  expect(shapes).toEqual({ logits: [2, 3] });
  expect(shapeOf(['batch', 'length', 'labels'], config, sizes)).toEqual([6, 5, 3]);
  expect(shapeOf(['embedding', 'hidden', 'vocabulary', 2], config)).toEqual([4, 8, 10, 2]);
});

it('knows which heads consist only of linear layers', () => {
  const chains = headNames.flatMap((head) => {
    const chain = linearChain(head);
    return chain ? [`${head} ${chain.reads}: ${chain.steps.map(({ linear }) => linear).join(', ')}`] : [];
  });
  expect(chains).toEqual([
    'sequence_classification first: pooler, classifier',
    'token_classification all: classifier',
    'question_answering all: qa_outputs',
    'multiple_choice first: pooler, classifier',
  ]);
});
