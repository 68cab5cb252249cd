import { beforeAll, describe, expect, test } from 'vitest';
import { TokenizerFormatError } from '../errors.ts';
import { toTokenizerJson } from './export.ts';
import { loadTokenizer } from '../load.ts';
import { type FastGolden, readFastGolden, readSlowGolden, readSpiece, type SlowGolden } from '../testing/fixtures.ts';
import type { Tokenizer } from '../tokenizer.ts';

interface TokenizerJson {
  added_tokens: { special: boolean }[];
  pre_tokenizer: object;
  normalizer: object;
  model: { type: string; unk_id: number; vocab: [string, number][] };
}

let golden: FastGolden;
let slow: SlowGolden;
let json: TokenizerJson;
let converted: Tokenizer;
let published: Tokenizer;

beforeAll(async () => {
  golden = await readFastGolden();
  slow = await readSlowGolden();
  json = toTokenizerJson(await readSpiece()) as TokenizerJson;
  converted = loadTokenizer({ 'tokenizer.json': json });
  const metaspace = { type: 'Metaspace', replacement: '▁', add_prefix_space: true };
  published = loadTokenizer({
    'tokenizer.json': {
      ...json,
      added_tokens: json.added_tokens.filter((token) => token.special),
      pre_tokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace] },
    },
  });
});

test('ids are those of the fast AlbertTokenizer that transformers converts from spiece.model', () => {
  for (const { text, ids } of golden.cases) expect(converted.encode(text).ids, text).toEqual(ids);
});

test('ids are those of the fast AlbertTokenizer in the layout of the published albert-base-v2', () => {
  for (const { text, published: ids } of golden.cases) expect(published.encode(text).ids, text).toEqual(ids);
});

test('fast and slow tokenizers differ where user-defined pieces split the text, and on the texts listed here', () => {
  const differing = (key: 'ids' | 'published'): string[] =>
    golden.cases.filter((fast, i) => fast[key].join() !== slow.cases[i]?.ids.join()).map(({ text }) => text);
  expect(differing('ids').length).toBe(98);
  // White space left at an end becomes a piece, and the fast tokenizer matches special tokens before it lower-cases.
  const others = differing('ids').filter((text) => !/[()"\-.–£€]/u.test(text));
  expect(others.map((text) => text.slice(0, 12))).toEqual([
    ' ',
    'tabs\tand\nnew',
    '[CLS] [MASK]',
    '▁x ▁',
    '\u00a0nbsp\u00a0',
    '\u2028line\u2029',
    '\u0085next\u001c',
    '\u03ec\u016ad\u2010\u012f\u2029\u0376\u03a2\u00b2\u00ca\u03c1\u0381',
    '<UNK> <unK> ',
  ]);
  expect(differing('published')).toEqual(['<UNK> <unK> [mask]']);
});

test('overflowing windows are those of the fast AlbertTokenizer', () => {
  for (const { first, second, max_length: maxLength, stride, ids } of golden.windows) {
    const encoding =
      second === undefined
        ? converted.encode(first, { maxLength, stride })
        : converted.encode([first, second], { maxLength, stride, truncation: 'only_second' });
    expect([encoding, ...(encoding.overflowing ?? [])].map((window) => window.ids)).toEqual(ids);
  }
});

test('offsets locate the original words, whichever file the tokenizer was read from', () => {
  const text = 'The Café costs ½ of 1,000!';
  const { tokens, offsets } = published.encode(text, { addSpecialTokens: false });
  expect(tokens.map((token, i) => `${token}=${text.slice(...(offsets[i] ?? [0, 0]))}`)).toEqual([
    '▁the=The',
    '▁cafe=Café',
    '▁costs=costs',
    '▁1=½',
    '⁄=½',
    '2=½',
    '▁of=of',
    '▁1,000=1,000',
    '!=!',
  ]);
});

test('ids decode to text', () => {
  expect(published.decode(published.encode('Hello, world').ids, { skipSpecialTokens: true })).toBe('hello, world');
});

describe('a named error rejects a file with', () => {
  test.each([
    ['a list instead of an object', () => []],
    ['no model', () => ({})],
    ['another model', () => ({ ...json, model: { type: 'BPE', vocab: {}, merges: [] } })],
    ['another normalizer', () => ({ ...json, normalizer: { type: 'ByteLevel' } })],
    ['another pre-tokenizer', () => ({ ...json, pre_tokenizer: { type: 'ByteLevel' } })],
    ['a score that is not a number', () => ({ ...json, model: { ...json.model, vocab: [['a', null]] } })],
    ['an unknown id beyond the vocabulary', () => ({ ...json, model: { ...json.model, unk_id: 1e9 } })],
    ['an added token with a huge id', () => ({ ...json, added_tokens: [{ id: 2 ** 53, content: 'x' }] })],
    ['a character map that is not base64', () => withCharsmap('*')],
    ['a character map that ends early', () => withCharsmap('AAAA')],
    ['a regular expression that can take exponential time', () => withReplace({ Regex: '(a+)+$' })],
  ])('%s', (_, file) => {
    expect(() => loadTokenizer({ 'tokenizer.json': file() })).toThrow(TokenizerFormatError);
  });
});

const withCharsmap = (precompiled_charsmap: string): object => ({
  ...json,
  normalizer: { type: 'Precompiled', precompiled_charsmap },
});
const withReplace = (pattern: object): object => ({ ...json, normalizer: { type: 'Replace', pattern, content: '' } });
