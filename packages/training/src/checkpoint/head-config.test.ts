import { readConfig } from '@albert-web/core';
import { expect, it } from 'vitest';
import { withHead, withLabels } from './head-config.ts';

const judge = readConfig({
  model_type: 'albert',
  architectures: ['AlbertForSequenceClassification'],
  id2label: { 0: 'different', 1: 'same' },
  label2id: { different: 0, same: 1 },
});

it("keeps a classifier's names where the labels are only numbers", () => {
  expect(withLabels(judge, ['0', '1']).id2label).toEqual({ 0: 'different', 1: 'same' });
});

it('forgets what was known of the classifier before: its language, where it was unsure, how it made scores', () => {
  const known = {
    language: ['en'],
    unsure: [0.4, 0.6],
    sentence_transformers: { activation_fn: 'torch.nn.Sigmoid' },
  } as const;
  expect(withLabels({ ...judge, ...known }, ['0', '1'])).toEqual(withLabels(judge, ['0', '1']));
});

it('takes labels that are names, or of another count', () => {
  expect(withLabels(judge, ['bad', 'good']).label2id).toEqual({ bad: 0, good: 1 });
  expect(withLabels(judge, ['0', '1', '2']).id2label).toEqual({ 0: '0', 1: '1', 2: '2' });
});

it('makes a classifier of an encoder, and a regression where there are no labels', () => {
  const encoder = { ...judge, architectures: ['AlbertModel'] };
  expect(withLabels(encoder, ['0', '1'])).toMatchObject({
    architectures: ['AlbertForSequenceClassification'],
    id2label: { 0: '0', 1: '1' },
    problem_type: 'single_label_classification',
  });
  expect(withLabels(judge, undefined)).toMatchObject({ id2label: { 0: 'LABEL_0' }, problem_type: 'regression' });
});

it('forgets the classes of a classifier where the new head has none', () => {
  const three = withLabels({ ...judge, unsure: [0.4, 0.6] }, ['entailment', 'neutral', 'contradiction']);
  const reader = withHead({ ...three, unsure: [0.4, 0.6], language: ['en'] }, 'question_answering');
  expect(reader).toEqual(readConfig({ model_type: 'albert', architectures: ['AlbertForQuestionAnswering'] }));
});
