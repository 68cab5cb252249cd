import { describe, expect, it } from 'vitest';
import { readTable } from '../data/table.ts';
import { TrainingDataError } from '../errors.ts';
import { guessColumns, textColumns } from './columns.ts';

const table = (text: string) => readTable(text.replaceAll('|', '\t'));

describe('guessColumns', () => {
  it.each([
    ["MRPC's names", 'Quality|#1 ID|#2 ID|#1 String|#2 String\n1|7|8|One.|Two.', { first: 3, second: 4, label: 0 }],
    ["SST-2's names", 'sentence|label\nGood.|1', { first: 0, second: undefined, label: 1 }],
    [
      "Quora's names",
      'id|qid1|question1|question2|is_duplicate\n1|2|Who?|Who so?|1',
      { first: 2, second: 3, label: 4 },
    ],
    [
      'names with spaces and in German',
      'Nr|Satz 1|Satz 2|Anmerkung|Urteil\n1|Ja.|Nein.|Eine lange Anmerkung.|0\n2|Nun.|Jetzt.|Noch eine.|1\n3|So.|Eben.|Und eine.|0',
      { first: 1, second: 2, label: 4 },
    ],
    [
      'a target with few values, which is not a text',
      'text|target\nGood.|1\nBad.|0\nFine.|1',
      { first: 0, second: undefined, label: 1 },
    ],
    [
      'content if no name is known: the fewest values, the longest texts',
      'n|comment|mood\n1|This is a long text.|x\n2|This is another one.|x\n3|And a third.|y',
      { first: 1, second: undefined, label: 2 },
    ],
  ])('by %s', (_, text, columns) => {
    expect(guessColumns(table(text))).toEqual(columns);
  });

  it('refuses a single column', () => {
    expect(() => guessColumns(table('text\nOne.'))).toThrow(TrainingDataError);
  });
});

describe('textColumns', () => {
  const named = table('id|text|answer\n1|How many?|Three of them.\n2|Who?|Nobody.');
  const unnamed = table('id|left|right\n1|This is a long text.|So.\n2|This is another one.|Yes.');

  it('are one or two', () => {
    expect(textColumns(named, undefined)).toEqual([1]);
    expect(textColumns(unnamed, undefined)).toEqual([1]);
  });

  it('are two in a table of pairs', () => {
    expect(textColumns(named, undefined, 2)).toEqual([1, 2]);
    expect(textColumns(unnamed, undefined, 2)).toEqual([1, 2]);
  });
});
