/**
 * Compares each possible part of a `tokenizer.json` with huggingface/tokenizers:
 * `checkpoints/scripts/make-tokenizer-parts.py`.
 */
import { readFixtureJson } from '@albert-web/testing';
import { expect, test } from 'vitest';
import { TokenizerFormatError } from '../errors.ts';
import { readPattern } from './regex.ts';
import { loadTokenizer } from '../load.ts';

interface Parts {
  readonly name: string;
  readonly tokenizer: Readonly<Record<string, unknown>>;
  readonly cases: readonly { readonly text: string; readonly ids: readonly number[] }[];
}

const parts = await readFixtureJson<Parts[]>('tokenizer/parts.json');

test.each(parts)('$name', ({ tokenizer: json, cases }) => {
  const tokenizer = loadTokenizer({ 'tokenizer.json': json });
  for (const { text, ids } of cases) expect(tokenizer.encode(text).ids, text).toEqual(ids);
});

test('a template may give both texts of a pair type 0', () => {
  const template = (id: string): object[] =>
    ['[CLS]', 'A', '[SEP]', id, '[SEP]'].map((id) =>
      id.length === 1 ? { Sequence: { id, type_id: 0 } } : { SpecialToken: { id, type_id: 0 } },
    );
  const post_processor = {
    type: 'TemplateProcessing',
    single: template('').slice(0, 3),
    pair: template('B'),
    special_tokens: {},
  };
  const files = { 'tokenizer.json': { ...parts[0]?.tokenizer, post_processor } };
  expect(new Set(loadTokenizer(files).encode(['the', 'cat']).typeIds)).toEqual(new Set([0]));
  expect(new Set(loadTokenizer(files, { tokenTypeIds: true }).encode(['the', 'cat']).typeIds)).toEqual(new Set([0, 1]));
});

test('in a folder saved by transformers 5, both texts of a pair have type 0, unless its class or inputs say otherwise', () => {
  const [first] = parts;
  const typesOf = (settings: object, tokenTypeIds?: boolean): number[] => {
    const files = { 'tokenizer.json': first?.tokenizer, 'tokenizer_config.json': settings };
    return [...new Set(loadTokenizer(files, { tokenTypeIds }).encode(['the', 'cat']).typeIds)];
  };
  const saved = { backend: 'tokenizers', tokenizer_class: 'AlbertTokenizer' };
  expect(typesOf(saved)).toEqual([0]);
  expect(typesOf(saved, true)).toEqual([0, 1]);
  expect(typesOf({ ...saved, tokenizer_class: 'BertTokenizer' })).toEqual([0, 1]);
  expect(typesOf({ ...saved, model_input_names: ['input_ids', 'token_type_ids'] })).toEqual([0, 1]);
  expect(typesOf({ tokenizer_class: 'AlbertTokenizer' })).toEqual([0, 1]);
});

test('an error about a wrong value says what was expected', () => {
  const [first] = parts;
  const read = (settings: object) => () =>
    loadTokenizer({ 'tokenizer.json': first?.tokenizer, 'tokenizer_config.json': settings });
  expect(read({ truncation_side: 'up' })).toThrow('Expected "left" or "right".');
  expect(read({ model_input_names: 'input_ids' })).toThrow('Expected a list of names.');
  for (const model_max_length of ['512', 0])
    expect(read({ model_max_length })).toThrow('tokenizer_config.json has model_max_length = ');
});

test('random merges are rejected with a named error', () => {
  const bpe = parts.find(({ name }) => name === 'BPE')?.tokenizer;
  const model = { ...(bpe?.['model'] as object), dropout: 0.1 };
  expect(() => loadTokenizer({ 'tokenizer.json': { ...bpe, model } })).toThrow(/uses 0\.1 as dropout/u);
});

test("special tokens in another order than ALBERT's are rejected with a named error", () => {
  const json = parts[0]?.tokenizer;
  const other = { type: 'RobertaProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] };
  for (const post_processor of [null, other]) {
    expect(() => loadTokenizer({ 'tokenizer.json': { ...json, post_processor } })).toThrow(TokenizerFormatError);
  }
});

test.each([String.raw`\s+(?!\S)`, String.raw`[\p{L}\-]+|\d{1,3}`, 'a|b', String.raw`^\s`])(
  'the regular expression %j means the same in JavaScript',
  (source) => expect(() => readPattern(source)).not.toThrow(),
);

test.each([String.raw`\h`, String.raw`\A`, 'a++', '[[:alpha:]]', '[a&&b]', '(?>a)', '(?i)a', '('])(
  'the regular expression %j is rejected with a named error',
  (source) => expect(() => readPattern(source)).toThrow(TokenizerFormatError),
);
