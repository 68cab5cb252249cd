/** SentencePiece models of every kind, held to AlbertTokenizer: `checkpoints/scripts/make-spiece-models.py`. */
import { readFixtureJson } from '@albert-web/testing';
import { expect, test } from 'vitest';
import { TokenizerFormatError } from './errors.ts';
import { toTokenizerJson } from './json-export.ts';
import { loadTokenizer } from './load.ts';

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
const bytesOf = ({ model }: Model): Uint8Array => Uint8Array.from(atob(model), (byte) => byte.charCodeAt(0));

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

test('a BPE model is not written as a tokenizer.json, which would cut otherwise', () => {
  const bpe = models.find(({ name }) => name === 'BPE');
  expect(() => toTokenizerJson(bpe ? bytesOf(bpe) : new Uint8Array())).toThrow(TokenizerFormatError);
});
