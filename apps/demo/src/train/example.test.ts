import { readTable } from '@albert-web/training';
import { examplesOf, guessColumns } from '@albert-web/training/session';
import { expect, it } from 'vitest';
import { exampleTable } from './example.ts';

it('the example can be trained on', () => {
  const example = readTable(exampleTable);
  expect(examplesOf(example, guessColumns(example), ['different', 'same'])).toHaveLength(48);
});
