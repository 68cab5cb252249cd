import { describe, expect, it } from 'vitest';
import { readTable } from '../data/table.ts';
import { TrainingDataError } from '../errors.ts';
import { countLabels, examplesOf, split } from './dataset.ts';

const table = (text: string) => readTable(text.replaceAll('|', '\t'));

it('counts labels in numeric order, and ignores empty cells', () => {
  expect([...countLabels(table('t|label\na|10\nb|9\nc| \nd|9'), 1)]).toEqual([
    ['9', 2],
    ['10', 1],
  ]);
});

describe('examplesOf', () => {
  const columns = { first: 0, second: 1, label: 2 };
  const text = 'a|b|label\nOne.|Two.|y\nOne.||y\nThree.|Four.|n\nFive.|Six.|other\nSeven.|Eight.|n\nNine.|Ten.|y';

  it('skips rows without a text or with a label that was not selected', () => {
    const examples = examplesOf(table(text), columns, ['n', 'y']);
    expect(examples.map(({ row, label }) => [row, label])).toEqual([
      [0, 1],
      [2, 0],
      [4, 0],
      [5, 1],
    ]);
    expect(examples[0]).toMatchObject({ textA: 'One.', textB: 'Two.' });
  });

  it.each([
    ['one class', columns, ['y']],
    ['a class with one row', columns, ['n', 'other']],
    ['no row', columns, ['z']],
    ['a column that is selected twice', { ...columns, second: 0 }, ['n', 'y']],
  ])('rejects %s', (_, picked, labels) => {
    expect(() => examplesOf(table(text), picked, labels)).toThrow(TrainingDataError);
  });
});

describe('split', () => {
  const examples = Array.from({ length: 40 }, (_, row) => ({
    id: String(row),
    row,
    textA: `Text ${row}`,
    label: row < 30 ? 0 : 1,
  }));

  it('holds out the same fraction of every class, depending only on the seed', () => {
    const { train, heldOut } = split(examples, 0.2, 7);
    expect(heldOut.filter(({ label }) => label === 0)).toHaveLength(6);
    expect(heldOut.filter(({ label }) => label === 1)).toHaveLength(2);
    expect(train).toHaveLength(32);
    expect(split(examples, 0.2, 7)).toEqual({ train, heldOut });
    expect(split(examples, 0.2, 8).heldOut).not.toEqual(heldOut);
  });

  it('leaves a row of every class on both sides for any fraction', () => {
    for (const share of [0, 1]) {
      const { train, heldOut } = split(examples, share, 1);
      for (const part of [train, heldOut]) expect(new Set(part.map(({ label }) => label))).toEqual(new Set([0, 1]));
    }
  });
});
