import { readConfig } from '@albert-web/core';
import { expect, it } from 'vitest';
import { withLabels } from './head-config.ts';

const judge = readConfig({
  model_type: 'albert',
  architectures: ['AlbertForSequenceClassification'],
  id2label: { 0: 'different', 1: 'same' },
  label2id: { different: 0, same: 1 },
});

it("keeps a classifier's names where the labels are only numbers", () => {
  expect(withLabels(judge, ['0', '1']).id2label).toEqual({ 0: 'different', 1: 'same' });
});

it('forgets what was known of the rows before: their language, and where the classifier was unsure', () => {
  const { language, unsure } = withLabels({ ...judge, language: ['en'], unsure: [0.4, 0.6] }, ['0', '1']);
  expect([language, unsure]).toEqual([undefined, undefined]);
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
