import { examplesOf, guessColumns } from '@albert-web/training/session';
import { expect, it } from 'vitest';
import { readTableBytes } from '../shared/read-table.ts';
import { exampleTable } from './example.ts';

it('the example can be trained on', () => {
  const example = readTableBytes('example.csv', new TextEncoder().encode(exampleTable));
  expect(examplesOf(example, guessColumns(example), ['different', 'same'])).toHaveLength(48);
});
