import { readFixture } from '@albert-web/testing';
import { loadTokenizer, type Tokenizer } from '@albert-web/tokenizer';
import { beforeAll, describe, expect, it } from 'vitest';
import { TrainingDataError } from '../errors.ts';
import { raceFeature, readRace } from './race.ts';

let tokenizer: Tokenizer;

beforeAll(async () => {
  tokenizer = loadTokenizer({ 'spiece.model': await readFixture('tokenizer/spiece.model') });
});

const passage = JSON.stringify({
  article: 'A dog barked. It was night.',
  questions: ['The _ barked.', 'When was it?'],
  options: [
    ['cat', 'dog', 'cow', 'hen'],
    ['night', 'day', 'noon', 'dawn'],
  ],
  answers: ['B', 'A'],
  id: 'high1.txt',
});

describe('reading', () => {
  it('returns the options of each question and the index of the correct one', () => {
    expect(readRace(passage, 'high/1.txt')).toEqual([
      {
        id: 'high/1.txt-0',
        article: 'A dog barked. It was night.',
        question: 'The _ barked.',
        options: ['cat', 'dog', 'cow', 'hen'],
        answer: 1,
      },
      expect.objectContaining({ id: 'high/1.txt-1', question: 'When was it?', answer: 0 }),
    ]);
  });

  it('accepts a byte order mark, an object over several lines, and one object per line, as the original does', () => {
    const indented = JSON.stringify(JSON.parse(passage), null, 2);
    for (const text of [`\uFEFF${passage}\r\n`, indented]) expect(readRace(text, 'x')).toEqual(readRace(passage, 'x'));
    const both = readRace(`${passage}\n\n${passage}\n`, 'x');
    expect(both.map(({ id }) => id)).toEqual(['x-0-0', 'x-0-1', 'x-1-0', 'x-1-1']);
  });

  it.each(['', '\n', '{"article": "a", "questions": [], "options": [], "answers": []}'])(
    '%j contains no question, which is not an error, as in the original',
    (text) => expect(readRace(text, 'x')).toEqual([]),
  );

  it.each([
    ['{', /x is not a RACE passage: it is not JSON/u],
    ['{}', /at article: .*received undefined/u],
    ['[]', /x is not a RACE passage/u],
    [
      '{"article":"a","questions":["q"],"options":[["a"]],"answers":["A"]}',
      /at options\.0: .*Expected 4 but received 1/u,
    ],
    [passage.replace('"B"', '"E"'), /at answers\.0: .*received "E"/u],
    [passage.replace('"hen"', '5'), /at options\.0\.3: .*Expected string but received 5/u],
    [passage.replace('["B","A"]', '["B"]'), /it has 2 questions, 2 options and 1 answers/u],
    [`${passage}\n{"article": 1}`, /Line 2 of x is not a RACE passage: at article/u],
  ])('%s is a named error with its position', (text, message) => {
    expect(() => readRace(text, 'x')).toThrow(TrainingDataError);
    expect(() => readRace(text, 'x')).toThrow(message);
  });
});

describe('sequences', () => {
  it('insert options into the gap or append them to the question', () => {
    const texts = readRace(passage, 'high1.txt').map((example) => {
      const { options } = raceFeature(tokenizer, example, { maxSeqLength: 64, maxQaLength: 32 });
      return tokenizer.decode(Array.from(options[1]?.ids ?? []));
    });
    expect(texts[0]).toContain('the dog barked.');
    expect(texts[1]).toContain('when was it? day');
  });

  it('fill every gap', () => {
    const [example] = readRace(passage.replace('The _ barked.', '_ was a dog, _ said.'), 'x');
    const { options = [] } = example ? raceFeature(tokenizer, example, { maxSeqLength: 64, maxQaLength: 32 }) : {};
    expect(tokenizer.decode(Array.from(options[2]?.ids ?? []))).toContain('cow was a dog, cow said.');
  });

  it('truncate the article, never the option', () => {
    const [example] = readRace(passage, 'x');
    if (!example) throw new Error('no example');
    const { options } = raceFeature(tokenizer, example, { maxSeqLength: 12, maxQaLength: 6 });
    for (const { ids } of options) expect(ids.length).toBeLessThanOrEqual(12);
    expect(tokenizer.decode(Array.from(options[0]?.ids ?? []))).toContain('cat barked');
  });
});

it('options have the token types that the tokenizer gives to pairs', async () => {
  const untyped = loadTokenizer(
    { 'spiece.model': await readFixture('tokenizer/spiece.model') },
    { tokenTypeIds: false },
  );
  const [example] = readRace(passage, 'x');
  if (!example) throw new Error('no example');
  const typesOf = (of: Tokenizer): Set<number> =>
    new Set(
      raceFeature(of, example, { maxSeqLength: 64, maxQaLength: 32 }).options.flatMap(({ typeIds }) =>
        Array.from(typeIds),
      ),
    );
  expect(typesOf(tokenizer)).toEqual(new Set([0, 1]));
  expect(typesOf(untyped)).toEqual(new Set([0]));
});
