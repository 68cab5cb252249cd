import { readConfig } from '@albert-web/core/spec';
import { expect, it } from 'vitest';
import { classByConvention } from './verdict.ts';

const configWith = (id2label: Record<string, string> | undefined) => ({
  config: readConfig({ architectures: ['AlbertForSequenceClassification'], ...(id2label && { id2label }) }),
});

it.each([
  ['without names', undefined, 'cross-encoder', 'LABEL_1'],
  ['with the names that transformers gives', { 0: 'LABEL_0', 1: 'LABEL_1' }, 'cross-encoder', 'LABEL_1'],
  ['with names', { 0: 'not_equivalent', 1: 'equivalent' }, 'cross-encoder', undefined],
  ['of a sentence encoder', undefined, 'sentence-encoder', undefined],
] as const)(
  'a verdict %s says which class counts as the same only where no name does',
  (_, names, method, expected) => {
    expect(classByConvention(configWith(names), { method })).toBe(expected);
  },
);
