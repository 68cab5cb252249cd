import { InvalidArgumentError } from '@albert-web/errors';
import { expect, test } from 'vitest';
import { TruncationError } from './errors.ts';
import { loadTokenizer } from './load.ts';
import { readSpiece } from './testing/fixtures.ts';
import type { EncodeTextOptions, TextInput } from './tokenizer.ts';

const tokenizer = loadTokenizer({ 'spiece.model': await readSpiece() });
const { cls, sep, pad } = tokenizer.special;
/** Words of one piece each, so that lengths are easy to see. */
const words = (count: number): string => 'the of and in to was he for on'.split(' ').slice(0, count).join(' ');
const idsOf = (text: string): readonly number[] => tokenizer.encode(text, { addSpecialTokens: false }).ids;
const textOf = (ids: readonly number[]): string => tokenizer.decode(ids, { skipSpecialTokens: true });

test('a pair has token types, sequence ids, and offsets into each text', () => {
  const encoding = tokenizer.encode(['one two', 'three']);
  expect(encoding.tokens).toEqual(['[CLS]', '▁one', '▁two', '[SEP]', '▁three', '[SEP]']);
  expect(encoding.typeIds).toEqual([0, 0, 0, 0, 1, 1]);
  expect(encoding.sequenceIds).toEqual([null, 0, 0, null, 1, null]);
  expect(encoding.attentionMask).toEqual([1, 1, 1, 1, 1, 1]);
  expect(encoding.offsets).toEqual([
    [0, 0],
    [0, 3],
    [4, 7],
    [0, 0],
    [0, 5],
    [0, 0],
  ]);
});

/** `PreTrainedTokenizer.truncate_sequences` of transformers, token by token. */
function keepLongestFirst(first: number, second: number, excess: number): [number, number] {
  for (let i = 0; i < excess; i++) {
    if (first > second) first--;
    else second--;
  }
  return [first, second];
}

test('longest_first takes ids one by one from the longer text', () => {
  for (let first = 0; first <= 9; first++) {
    for (let second = 0; second <= 9; second++) {
      for (let maxLength = 3; maxLength < first + second + 3; maxLength++) {
        const { sequenceIds } = tokenizer.encode([words(first), words(second)], { maxLength });
        const kept = [0, 1].map((sequence) => sequenceIds.filter((id) => id === sequence).length);
        expect(kept).toEqual(keepLongestFirst(first, second, first + second + 3 - maxLength));
      }
    }
  }
});

test.each([
  ['only_first', 'the of and', 'he for on'],
  ['only_second', 'the of and in to', 'he'],
] as const)('%s leaves the other text whole', (truncation, first, second) => {
  const pair = ['the of and in to', 'he for on'] as const;
  const { ids } = tokenizer.encode(pair, { truncation, maxLength: 9 });
  expect(ids).toEqual([cls, ...idsOf(first), sep, ...idsOf(second), sep]);
});

test('do_not_truncate, or no maxLength, keeps everything', () => {
  expect(tokenizer.encode(words(9), { maxLength: 4, truncation: 'do_not_truncate' }).ids).toHaveLength(11);
  expect(tokenizer.encode(words(9)).ids).toHaveLength(11);
});

test.each([
  [3, true],
  [4, true],
  [5, false],
  [undefined, false],
])('with a maxLength of %s, truncated is %s', (maxLength, truncated) => {
  expect(tokenizer.encode('one two three', maxLength === undefined ? {} : { maxLength }).truncated).toBe(truncated);
});

test('windows overlap by the stride and together cover the text', () => {
  const encoding = tokenizer.encode(['a', words(9)], { maxLength: 8, stride: 1, truncation: 'only_second' });
  const windows = [encoding, ...(encoding.overflowing ?? [])].map(({ ids }) => textOf(ids));
  expect(windows).toEqual(['a the of and in', 'a in to was he', 'a he for on']);
});

test('the offsets of a window refer to the whole text', () => {
  const encoding = tokenizer.encode('one two three', { maxLength: 3, stride: 0 });
  expect(encoding.overflowing?.map(({ offsets }) => offsets[1])).toEqual([
    [4, 7],
    [8, 13],
  ]);
});

test('a text that fits has no overflowing windows', () => {
  expect(tokenizer.encode('one', { maxLength: 8, stride: 2 }).overflowing).toEqual([]);
  expect(tokenizer.encode('one', { maxLength: 8 })).not.toHaveProperty('overflowing');
});

test('padding fills every list, on the requested side', () => {
  const right = tokenizer.encode('one', { padding: 'max_length', maxLength: 5 });
  expect(right.ids).toEqual([cls, ...idsOf('one'), sep, pad, pad]);
  expect(right.attentionMask).toEqual([1, 1, 1, 0, 0]);
  expect(right.tokens.slice(3)).toEqual(['<pad>', '<pad>']);
  expect(right.sequenceIds.slice(3)).toEqual([null, null]);
  expect(right.offsets).toHaveLength(5);
  const left = tokenizer.encode('one', { padding: 'max_length', maxLength: 5, paddingSide: 'left' });
  expect(left.ids).toEqual([pad, pad, cls, ...idsOf('one'), sep]);
  expect(left.attentionMask).toEqual([0, 0, 1, 1, 1]);
  expect(left.typeIds).toEqual([0, 0, 0, 0, 0]);
});

test.each(['left', 'right'] as const)(
  'pads to 200,000 on the %s, and rejects excessive padding with a named error',
  (paddingSide) => {
    const padded = tokenizer.encode('one', { padding: 'max_length', maxLength: 200_000, paddingSide });
    expect(padded.ids).toHaveLength(200_000);
    expect(padded.attentionMask.filter((bit) => bit === 1)).toHaveLength(tokenizer.encode('one').ids.length);
    for (const options of [
      { padding: 'max_length', maxLength: 1e12 },
      { padding: 'longest', padToMultipleOf: 1e12 },
    ] as const) {
      expect(() => tokenizer.encode('one', options)).toThrow(InvalidArgumentError);
    }
  },
);

test('a batch is padded to its longest sequence, rounded up', () => {
  const lengths = (options: EncodeTextOptions): number[] =>
    tokenizer.encodeBatch(['the', ['the of', 'and'], ''], options).map(({ ids }) => ids.length);
  expect(lengths({})).toEqual([3, 6, 2]);
  expect(lengths({ padding: 'longest' })).toEqual([6, 6, 6]);
  expect(lengths({ padding: 'longest', padToMultipleOf: 8 })).toEqual([8, 8, 8]);
  expect(tokenizer.encodeBatch([])).toEqual([]);
});

test('overflowing windows are padded with the rest', () => {
  const [encoding] = tokenizer.encodeBatch([words(5)], { maxLength: 5, stride: 0, padding: 'longest' });
  expect(encoding?.overflowing?.map(({ ids }) => ids.length)).toEqual([5]);
});

test.each<[string, TextInput, EncodeTextOptions]>([
  ['max_length padding without a length', 'a', { padding: 'max_length' }],
  ['a fractional length', 'a', { maxLength: 1.5 }],
  ['a negative stride', 'a', { maxLength: 3, stride: -1 }],
  ['a multiple of nothing', 'a', { padding: 'longest', padToMultipleOf: 0 }],
  ['only_second of one text', 'a', { truncation: 'only_second' }],
  ['windows over both texts', ['a', 'b'], { maxLength: 4, stride: 0 }],
  ['a stride as long as the window', words(9), { maxLength: 6, stride: 4 }],
  ['a length that special tokens alone exceed', ['a', 'b'], { maxLength: 2 }],
])('%s is rejected with a named error', (_, input, options) => {
  expect(() => tokenizer.encode(input, options)).toThrow(InvalidArgumentError);
});

test('a text that is too short to be truncated enough is rejected with a named error', () => {
  expect(() => tokenizer.encode(['a', words(9)], { maxLength: 8, truncation: 'only_first' })).toThrow(TruncationError);
});

test.each([-1, 30000, 0.5, NaN])('id %d cannot be decoded', (id) => {
  expect(() => tokenizer.decode([id])).toThrow(InvalidArgumentError);
});

test('no file at all is rejected with a named error', () => {
  expect(() => loadTokenizer({})).toThrow(InvalidArgumentError);
});

test('truncation_side left keeps the ends of texts, as transformers does', async () => {
  const left = loadTokenizer({
    'spiece.model': await readSpiece(),
    'tokenizer_config.json': { truncation_side: 'left' },
  });
  // transformers 4.57.6, AlbertTokenizer and AlbertTokenizerFast with truncation_side="left".
  expect(textOf(left.encode('the of and in to', { maxLength: 5 }).ids)).toBe('and in to');
  expect(textOf(left.encode(['the of and in', 'to was he for'], { maxLength: 7 }).ids)).toBe('and in he for');
});

test('model_input_names without token_type_ids gives both texts of a pair type 0', async () => {
  const untyped = loadTokenizer({
    'spiece.model': await readSpiece(),
    'tokenizer_config.json': { model_input_names: ['input_ids', 'attention_mask'] },
  });
  expect(untyped.encode(['one two', 'three']).typeIds).toEqual([0, 0, 0, 0, 0, 0]);
});

test.each([
  [{ model_max_length: 24 }, 24],
  [{ max_len: 24 }, 24],
  [{ model_max_length: 24, max_len: 512 }, 24],
  [{ model_max_length: 1e30 }, Infinity],
  [{ model_max_length: null }, Infinity],
  [{}, Infinity],
])('with %j, modelMaxLength is %s', async (settings, length) => {
  const tokenizer = loadTokenizer({ 'spiece.model': await readSpiece(), 'tokenizer_config.json': settings });
  expect(tokenizer.modelMaxLength).toBe(length);
});
