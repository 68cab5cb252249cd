/** Every part that a `tokenizer.json` can have, held to huggingface/tokenizers: `checkpoints/scripts/make-tokenizer-parts.py`. */
import { readFixtureJson } from '@albert-web/testing';
import { expect, test } from 'vitest';
import { TokenizerFormatError } from './errors.ts';
import { readPattern } from './json-regex.ts';
import { loadTokenizer } from './load.ts';

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

test('special tokens in another order than ALBERT has them are refused by name', () => {
  const json = parts[0]?.tokenizer;
  const other = { type: 'RobertaProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] };
  for (const post_processor of [null, other]) {
    expect(() => loadTokenizer({ 'tokenizer.json': { ...json, post_processor } })).toThrow(TokenizerFormatError);
  }
});

test.each([String.raw`\s+(?!\S)`, String.raw`[\p{L}\-]+|\d{1,3}`, 'a|b', String.raw`^\s`])(
  'the expression %j means the same in JavaScript',
  (source) => expect(() => readPattern(source)).not.toThrow(),
);

test.each([String.raw`\h`, String.raw`\A`, 'a++', '[[:alpha:]]', '[a&&b]', '(?>a)', '(?i)a', '('])(
  'the expression %j is refused by name',
  (source) => expect(() => readPattern(source)).toThrow(TokenizerFormatError),
);
