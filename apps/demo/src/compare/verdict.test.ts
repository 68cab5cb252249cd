import { readConfig } from '@albert-web/core/spec';
import type { ParaphraseResult } from 'albert-web';
import { expect, it } from 'vitest';
import { classByConvention, settledNote } from './verdict.ts';

const configWith = (id2label: Record<string, string> | undefined) => ({
  config: readConfig({ architectures: ['AlbertForSequenceClassification'], ...(id2label && { id2label }) }),
});

it.each([
  ['without names', undefined, 'cross-encoder', 'LABEL_1'],
  ["with transformers' default names", { 0: 'LABEL_0', 1: 'LABEL_1' }, 'cross-encoder', 'LABEL_1'],
  ['with names', { 0: 'not_equivalent', 1: 'equivalent' }, 'cross-encoder', undefined],
  ['of a sentence encoder', undefined, 'sentence-encoder', undefined],
] as const)('a verdict %s says which class counts as the same only if no name does', (_, names, method, expected) => {
  expect(classByConvention(configWith(names), { method })).toBe(expected);
});

const resultOf = (probability: number, unsure = false): ParaphraseResult => ({
  paraphrase: probability >= 0.5,
  probability,
  unsure,
  method: 'cross-encoder',
  tokens: [[], []],
  unknownPieces: [
    { share: 0, places: [] },
    { share: 0, places: [] },
  ],
  truncated: false,
});

it.each([
  ['the same verdict', 0.9, 0.8, false, 'all 6 take 20\u00A0ms and say 80%'],
  ['the other verdict', 0.9, 0.2, false, 'all 6 take 20\u00A0ms and change the verdict: 20%'],
  ['a verdict in place of none', 0.6, 0.8, true, 'all 6 take 20\u00A0ms and change the verdict: 80%'],
])('says that the full pass gives %s', (_, early, late, unsure, expected) => {
  const settled = { result: resultOf(early, unsure), milliseconds: 11, used: 3 };
  expect(settledNote({ ...settled, whole: resultOf(late), wholeMilliseconds: 20 }, 6)).toBe(
    `settled after 3 of 6 layers, 11\u00A0ms; ${expected}`,
  );
});
