/** Compares SentencePiece models of every kind with AlbertTokenizer: `checkpoints/scripts/make-spiece-models.py`. */
import { readFixtureJson } from '@albert-web/testing';
import { expect, test } from 'vitest';
import { TokenizerFormatError } from '../errors.ts';
import { toTokenizerJson } from '../json/export.ts';
import { loadTokenizer } from '../load.ts';
import { readTokenizer } from '../read.ts';
import type { Tokenizer } from '../tokenizer.ts';

interface Model {
  readonly name: string;
  /** In base64. */
  readonly model: string;
  readonly variants: readonly {
    readonly config: object;
    readonly cases: readonly { readonly text: string; readonly ids: readonly number[]; readonly decoded: string }[];
  }[];
}

const models = await readFixtureJson<Model[]>('tokenizer/spiece-models.json');
const bytesOf = ({ model }: Model): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(model), (byte) => byte.charCodeAt(0));

test.each(models)('$name', (model) => {
  for (const { config, cases } of model.variants) {
    const tokenizer = loadTokenizer({ 'spiece.model': bytesOf(model), 'tokenizer_config.json': config });
    for (const { text, ids, decoded } of cases) {
      const said = `${JSON.stringify(config)} ${JSON.stringify(text)}`;
      expect(tokenizer.encode(text).ids, said).toEqual(ids);
      expect(tokenizer.decode(ids), said).toBe(decoded);
    }
  }
});

test('a BPE model is not written as a tokenizer.json, which would split texts differently', () => {
  const bpe = models.find(({ name }) => name === 'BPE');
  expect(() => toTokenizerJson(bpe ? bytesOf(bpe) : new Uint8Array())).toThrow(TokenizerFormatError);
});

test('settings that tokenizer_config.json lacks are taken from tokenizer.json', async () => {
  const plain = models.find(({ name }) => name === 'unigram');
  const variants = plain?.variants ?? [];
  const read = (settings: object | undefined, normalizer: object | null): Promise<Tokenizer> =>
    readTokenizer({
      readBytes: (path) => Promise.resolve(path === 'spiece.model' && plain ? bytesOf(plain) : undefined),
      readText: () => Promise.resolve(undefined),
      readJson: (path) =>
        Promise.resolve({ 'tokenizer_config.json': settings, 'tokenizer.json': { normalizer } }[path] as unknown),
    });
  const cased = variants.find(({ config }) => JSON.stringify(config) === '{"do_lower_case":false}');
  const accents = { type: 'Sequence', normalizers: [{ type: 'NFKD' }, { type: 'StripAccents' }] };
  for (const settings of [undefined, { model_max_length: 8 }, { keep_accents: false }]) {
    const tokenizer = await read(settings, accents);
    for (const { text, ids } of cased?.cases ?? []) expect(tokenizer.encode(text).ids, text).toEqual(ids);
  }
  const lowered = await read({ do_lower_case: true, keep_accents: false }, null);
  for (const { text, ids } of variants[0]?.cases ?? []) expect(lowered.encode(text).ids, text).toEqual(ids);
});
