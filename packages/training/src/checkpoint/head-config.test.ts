import { readConfig } from '@albert-web/core';
import { expect, it } from 'vitest';
import { withHead, withLabels } from './head-config.ts';

const judge = readConfig({
  model_type: 'albert',
  architectures: ['AlbertForSequenceClassification'],
  id2label: { 0: 'different', 1: 'same' },
  label2id: { different: 0, same: 1 },
});

it("keeps a classifier's label names if the new labels are only numbers", () => {
  expect(withLabels(judge, ['0', '1']).id2label).toEqual({ 0: 'different', 1: 'same' });
});

it('drops properties of the previous classifier: language, unsure range, activation of its scores', () => {
  const known = {
    language: ['en'],
    unsure: [0.4, 0.6],
    sentence_transformers: { activation_fn: 'torch.nn.Sigmoid' },
  } as const;
  expect(withLabels({ ...judge, ...known }, ['0', '1'])).toEqual(withLabels(judge, ['0', '1']));
});

it('uses the new labels if they are names, or if their number differs', () => {
  expect(withLabels(judge, ['bad', 'good']).label2id).toEqual({ bad: 0, good: 1 });
  expect(withLabels(judge, ['0', '1', '2']).id2label).toEqual({ 0: '0', 1: '1', 2: '2' });
});

it('turns an encoder into a classifier, or into a regression model without labels', () => {
  const encoder = { ...judge, architectures: ['AlbertModel'] };
  expect(withLabels(encoder, ['0', '1'])).toMatchObject({
    architectures: ['AlbertForSequenceClassification'],
    id2label: { 0: '0', 1: '1' },
    problem_type: 'single_label_classification',
  });
  expect(withLabels(judge, undefined)).toMatchObject({ id2label: { 0: 'LABEL_0' }, problem_type: 'regression' });
});

it('drops the classes of a classifier if the new head has none', () => {
  const three = withLabels({ ...judge, unsure: [0.4, 0.6] }, ['entailment', 'neutral', 'contradiction']);
  const reader = withHead({ ...three, unsure: [0.4, 0.6], language: ['en'] }, 'question_answering');
  expect(reader).toEqual(readConfig({ model_type: 'albert', architectures: ['AlbertForQuestionAnswering'] }));
});
