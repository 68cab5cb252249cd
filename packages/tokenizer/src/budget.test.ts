/**
 * Files and texts that made a tokenizer take excessive time or memory. Steps that used to be quadratic get so much text that
 * they would exceed the time limit of a test.
 */
import { describe, expect, it } from 'vitest';
import { TokenizerFormatError } from './errors.ts';
import { toTokenizerJson } from './json/export.ts';
import { loadTokenizer } from './load.ts';
import { readSpieceModel } from './spiece/model.ts';
import { SpieceNormalizer } from './spiece/normalizer.ts';
import { readSpiece } from './testing/fixtures.ts';
import { Unigram } from './models/unigram.ts';

interface File {
  readonly normalizer: { readonly normalizers: readonly object[] };
  readonly added_tokens: readonly object[];
  readonly model: { readonly vocab: readonly (readonly [string, number])[] };
}

const spiece = await readSpiece();
const json = toTokenizerJson(spiece) as File;
const withSteps = (...normalizers: object[]) =>
  loadTokenizer({ 'tokenizer.json': { ...json, normalizer: { type: 'Sequence', normalizers } } });
const double = { type: 'Replace', pattern: { String: 'a' }, content: 'aa' };

describe('time is proportional to the text', () => {
  it('for 160,000 Chinese characters', () => {
    const text = '漢字仮名'.repeat(40_000);
    const { ids } = loadTokenizer({ 'tokenizer.json': json }).encode(text);
    expect(ids).toEqual([2, 13, 1, 3]);
  });

  it('and graphemes are split the same way at every position', () => {
    const tokenizer = loadTokenizer({ 'tokenizer.json': json });
    const odd = 'e\u0301\r\n👩‍👩‍👧‍👦🇩🇪🇫🇷क्षि\u{e0100}ﬁ각';
    for (let before = 100; before < 140; before++) {
      const spaced = tokenizer.encode(`${'x '.repeat(before / 2)}${odd} x`).tokens;
      const alone = tokenizer.encode(`x ${odd} x`).tokens;
      expect(spaced.slice(-alone.length + 2)).toEqual(alone.slice(2));
    }
  });

  it.each(['NFC', 'NFD', 'NFKC', 'NFKD'])('for sorting the 400,000 marks of one letter (%s)', (type) => {
    expect(() => withSteps({ type }).encode(`a${'\u0301\u0316'.repeat(200_000)}`)).not.toThrow();
  });
});

describe('a named error rejects', () => {
  it('steps that double the text', () => {
    const tokenizer = withSteps(...Array.from({ length: 24 }, () => double));
    expect(() => tokenizer.encode('a'.repeat(1000))).toThrow(TokenizerFormatError);
  });

  it('one step that makes a megabyte of each character', () => {
    const tokenizer = withSteps({ ...double, content: 'b'.repeat(2 ** 20) });
    expect(() => tokenizer.encode('a'.repeat(1000))).toThrow(TokenizerFormatError);
  });

  it.each([
    ['a thousand steps', () => withSteps(...Array.from({ length: 1000 }, () => ({ type: 'NFC' })))],
    [
      'a hundred thousand added tokens',
      () => {
        const added = Array.from({ length: 100_000 }, (_, id) => ({ id, content: `${id}` }));
        return loadTokenizer({ 'tokenizer.json': { ...json, added_tokens: [...json.added_tokens, ...added] } });
      },
    ],
    [
      'a piece of 100,000 characters',
      () => new Unigram(['a', 'a'.repeat(100_000)], [0, 0], { unknownId: 0, unknownScore: -1, singlePrecision: true }),
    ],
    [
      'a hundred thousand user-defined pieces with the same first letter',
      () =>
        new SpieceNormalizer(
          readSpieceModel(spiece).normalizer,
          Array.from({ length: 100_000 }, (_, id) => `a${id}`),
        ),
    ],
  ])('%s', (_, load) => expect(load).toThrow(TokenizerFormatError));
});
