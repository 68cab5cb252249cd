import { expect, test } from 'vitest';
import { TokenizerFormatError } from '../errors.ts';
import { loadTokenizer } from '../load.ts';
import { readWordPieceGolden } from '../testing/fixtures.ts';

const golden = await readWordPieceGolden();
const vocab = `${golden.vocab.join('\n')}\n`;

test.each(golden.variants)('ids and tokens are those of the slow BertTokenizer with $config', ({ config, cases }) => {
  const tokenizer = loadTokenizer({ 'vocab.txt': vocab, 'tokenizer_config.json': config });
  for (const { text, ids, tokens } of cases) {
    const encoding = tokenizer.encode(text);
    expect(encoding.ids, text).toEqual(ids);
    expect(encoding.tokens.slice(1, -1), text).toEqual(tokens);
  }
});

test.each(golden.variants)('ids are those of the fast BertTokenizer with $config', ({ config, cases }) => {
  const normalizer = { ...golden.tokenizer_json['normalizer'], ...normalizerOf(config) };
  const tokenizer = loadTokenizer({ 'tokenizer.json': { ...golden.tokenizer_json, normalizer } });
  for (const { text, fast } of cases) expect(tokenizer.encode(text).ids, text).toEqual(fast);
});

test('offsets locate the original words and characters', () => {
  const tokenizer = loadTokenizer({ 'vocab.txt': vocab });
  const text = 'ALBERT是 一个\u0007轻量的';
  const { tokens, offsets } = tokenizer.encode(text, { addSpecialTokens: false });
  expect(tokens.map((token, i) => `${token}=${text.slice(...(offsets[i] ?? [0, 0]))}`)).toEqual([
    'al=AL',
    '##b=B',
    '##ert=ERT',
    '是=是',
    '一=一',
    '个=个',
    '轻=轻',
    '量=量',
    '的=的',
  ]);
});

test('Windows line endings are accepted', () => {
  const tokenizer = loadTokenizer({ 'vocab.txt': vocab.replaceAll('\n', '\r\n') });
  expect(tokenizer.vocabSize).toBe(golden.vocab.length);
  expect(tokenizer.decode(tokenizer.encode('unaffable').ids, { skipSpecialTokens: true })).toBe('unaffable');
});

test('a vocabulary without the special tokens is rejected with a named error', () => {
  expect(() => loadTokenizer({ 'vocab.txt': 'a\nb\n' })).toThrow(TokenizerFormatError);
});

/** Renames the fields of `tokenizer_config.json` to those of the normalizer. */
function normalizerOf(config: object): object {
  const names: Record<string, string> = { do_lower_case: 'lowercase', tokenize_chinese_chars: 'handle_chinese_chars' };
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [names[name] ?? name, value as unknown]));
}
