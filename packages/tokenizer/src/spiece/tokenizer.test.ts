import { expect, test } from 'vitest';
import { loadTokenizer } from '../load.ts';
import { readSlowGolden, readSpiece } from '../testing/fixtures.ts';

const spiece = await readSpiece();
const golden = await readSlowGolden();
const tokenizer = loadTokenizer({ 'spiece.model': spiece });

test('ids and tokens are those of the slow AlbertTokenizer', () => {
  for (const { text, ids, tokens } of golden.cases) {
    const encoding = tokenizer.encode(text);
    expect(encoding.tokens.slice(1, -1), text).toEqual(tokens);
    expect(encoding.ids, text).toEqual(ids);
  }
});

test('a file read as a Buffer gives the same ids', () => {
  const fromBuffer = loadTokenizer({ 'spiece.model': Buffer.from(spiece) });
  for (const { text, ids } of golden.cases) expect(fromBuffer.encode(text).ids, text).toEqual(ids);
});

test('pairs are truncated, padded and given token types as the slow AlbertTokenizer does', () => {
  for (const { a, b, max_length, ...expected } of golden.pairs) {
    const encoding = tokenizer.encode([a, b], { maxLength: max_length, padding: 'max_length' });
    expect(encoding.ids).toEqual(expected.input_ids);
    expect(encoding.typeIds).toEqual(expected.token_type_ids);
    expect(encoding.attentionMask).toEqual(expected.attention_mask);
  }
});

test.each(golden.variants)('$config is respected', ({ config, cases }) => {
  const variant = loadTokenizer({ 'spiece.model': spiece, 'tokenizer_config.json': config });
  for (const { text, ids } of cases) expect(variant.encode(text).ids, text).toEqual(ids);
});

test('ids decode to the text of the slow AlbertTokenizer, with and without special tokens', () => {
  for (const { ids, text, plain } of golden.decoded) {
    expect(tokenizer.decode(ids)).toBe(text);
    expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe(plain);
  }
});

test("special tokens have the model's ids", () => {
  expect(tokenizer.special).toEqual({ pad: 0, unk: 1, cls: 2, sep: 3, mask: 4 });
  expect(tokenizer.vocabSize).toBe(30000);
  expect(tokenizer.tokenToId('▁the')).toBe(14);
  expect(tokenizer.idToToken(14)).toBe('▁the');
  expect(tokenizer.tokenToId('no such piece')).toBeUndefined();
  expect(tokenizer.idToToken(30000)).toBeUndefined();
});

test('every id converts to its token and back', () => {
  const ids = Array.from({ length: tokenizer.vocabSize }, (_, id) => id);
  expect(ids.map((id) => tokenizer.tokenToId(tokenizer.idToToken(id) ?? ''))).toEqual(ids);
});

test.each(['Hello, world!', '  Two  words ', 'It cost 1,000, then 2004, (twice).', '\tstraße\n'])(
  'offsets of %j locate the original words',
  (text) => {
    const { tokens, offsets } = tokenizer.encode(text, { addSpecialTokens: false });
    for (const [i, [start, end]] of offsets.entries()) {
      const token = (tokens[i] ?? '').replaceAll('▁', '');
      expect(text.slice(start, end).trim().toLowerCase()).toBe(token);
    }
  },
);

test('offsets refer to the original text, whatever normalization did to it', () => {
  const spans = (text: string): string[] => {
    const { tokens, offsets } = tokenizer.encode(text, { addSpecialTokens: false });
    return tokens.map((token, i) => `${token}=${text.slice(...(offsets[i] ?? [0, 0]))}`);
  };
  expect(spans('Ｃafé')).toEqual(['▁cafe=Ｃafé']);
  expect(spans('cafe\u0301 x')).toEqual(['▁cafe=cafe', '▁x=x']);
  expect(spans("a ``b'' c")).toEqual(['▁a=a', '▁= ', '"=``', 'b=b', "\"=''", '▁c=c']);
  expect(spans('½')).toEqual(['▁1=½', '⁄=½', '2=½']);
  expect(spans('x 😀😀')).toEqual(['▁x=x', '▁= ', '😀😀=😀😀']);
  expect(spans('in 1999, ok')).toEqual(['▁in=in', '▁1999=1999', ',=,', '▁ok=ok']);
  expect(spans('a \t\n b')).toEqual(['▁a=a', '▁b=b']);
  expect(spans('İstanbul [MASK]!')).toEqual(['▁istanbul=İstanbul', '[MASK]=[MASK]', '▁=', '!=!']);
});

test('a lone surrogate is read as the replacement character', () => {
  expect(tokenizer.encode('a\ud800b').ids).toEqual(tokenizer.encode('a\ufffdb').ids);
  expect(tokenizer.encode('\udc00').ids).toEqual(tokenizer.encode('\ufffd').ids);
});

test('an empty text is tokenized to special tokens alone', () => {
  expect(tokenizer.encode('').ids).toEqual([2, 3]);
  expect(tokenizer.encode(['', '']).ids).toEqual([2, 3, 3]);
  expect(tokenizer.encode('', { addSpecialTokens: false }).ids).toEqual([]);
});

test.each([
  ['words', 'All happy families are alike. '],
  ['one word', 'x'],
  ['unknown characters', '漢'],
  ['marks', '\u0301'],
  ['sigmas that depend on their context', "𝚺'"],
  ['quotes', '`'],
  ['special tokens', '[MASK]'],
])('a long text of %s does not take quadratic time', (_, unit) => {
  const started = performance.now();
  tokenizer.encode(unit.repeat(200_000 / unit.length));
  // 4e10 steps would take ten times this limit on any machine; 2e5 take a few hundredths of it.
  expect(performance.now() - started).toBeLessThan(5000);
});
