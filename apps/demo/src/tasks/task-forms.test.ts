import { readConfig } from '@albert-web/core';
import { expect, it } from 'vitest';
import { formsOf } from './task-forms.ts';

it.each([
  [['not_paraphrase', 'paraphrase'], []],
  [['not_equivalent', 'equivalent'], []],
  [['different', 'same'], []],
  [['negative', 'positive'], ['Classify a text']],
  [['LABEL_0', 'LABEL_1'], ['Classify a text']],
])('a classifier of %j offers %j', (names, offered) => {
  const config = readConfig({ id2label: Object.fromEntries(names.entries()) });
  expect(formsOf({ head: 'sequence_classification', config }).map(({ name }) => name)).toEqual(offered);
});
