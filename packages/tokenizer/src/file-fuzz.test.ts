/** A damaged file always gives a named error or a working tokenizer, never a crash, a hang or another kind of error. */
import { AlbertError } from '@albert-web/errors';
import { fuzz } from '@albert-web/testing/fuzz';
import { expect, test } from 'vitest';
import { toTokenizerJson } from './json/export.ts';
import { loadTokenizer } from './load.ts';
import { fuzzTargets, readFiles, smallSpiece, use } from './testing/fuzz.ts';

const small = await smallSpiece();

test('the undamaged small model works', async () => {
  expect((await readFiles({ 'spiece.model': small })).encode('the of').ids).toEqual([2, 14, 16, 3]);
});

test.each(await fuzzTargets())('$name gives a tokenizer or a named error, within its budget', async (target) => {
  const { accepted, refused } = await fuzz(target, 1000, 20);
  expect(Object.values(refused).reduce((sum, count) => sum + count, accepted)).toBe(1000);
  expect(Object.keys(refused).length).toBeGreaterThan(0);
});

test('spiece.model truncated at any byte gives a tokenizer or a named error', async () => {
  for (let length = 0; length < small.length; length++) {
    const error = await use({ 'spiece.model': small.slice(0, length) }).catch((error: unknown) => error);
    expect(error === undefined || error instanceof AlbertError, `${length} bytes: ${String(error)}`).toBe(true);
  }
});

test('JSON nested 100,000 levels deep gives a named error', () => {
  let nested: object = {};
  for (let i = 0; i < 100_000; i++) nested = { type: 'Sequence', normalizers: [nested] };
  expect(() => loadTokenizer({ 'tokenizer.json': { ...toTokenizerJson(small), normalizer: nested } })).toThrow(
    AlbertError,
  );
});
