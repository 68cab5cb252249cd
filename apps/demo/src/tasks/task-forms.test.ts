import { readConfig, tasksOf } from '@albert-web/core/spec';
import { expect, it } from 'vitest';
import { comparesSentences, formsOf } from './task-forms.ts';

it.each([
  [['not_paraphrase', 'paraphrase'], []],
  [['not_equivalent', 'equivalent'], []],
  [['different', 'same'], []],
  [['negative', 'positive'], ['Classify a text']],
  [['LABEL_0', 'LABEL_1'], ['Classify a text']],
])('a classifier of %j offers %j', (names, offered) => {
  const config = readConfig({ id2label: Object.fromEntries(names.entries()) });
  const tasks = tasksOf({ head: 'sequence_classification', sentenceEncoder: false, config });
  expect(formsOf({ tasks, config }).map(({ name }) => name)).toEqual(offered);
});

it.each([
  [['not_paraphrase', 'paraphrase'], true],
  [['different', 'same'], true],
  [['LABEL_0', 'LABEL_1'], true],
  [['bad', 'good'], false],
  [['negative', 'positive'], false],
  [['entailment', 'neutral', 'contradiction'], false],
  [['LABEL_0', 'LABEL_1', 'LABEL_2'], false],
])('a classifier of %j compares sentences: %j', (names, expected) => {
  const config = readConfig({ id2label: Object.fromEntries(names.entries()) });
  const tasks = tasksOf({ head: 'sequence_classification', sentenceEncoder: false, config });
  expect(comparesSentences({ tasks })).toBe(expected);
});
