/** `Intl.Segmenter` finds different words in different engines, so this test runs in each of them. */
import { backendUnderTest, shippedModel, testWasmFiles } from '@albert-web/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Albert } from '../index.ts';
import { load } from '../index.ts';

describe.runIf(['cpu', 'wasm'].includes(backendUnderTest()))('words of an explanation', () => {
  let model: Albert;

  beforeAll(async () => {
    model = await load(shippedModel('default'), { backend: 'wasm', wasmFiles: testWasmFiles() });
  });
  afterAll(() => model.dispose());

  it('keeps numbers and words with digits, which are not "word-like" to WebKit', async () => {
    const { words } = await model.explain('Track 7 of the MP3 skips.', 'The 7th track is broken.');
    expect(words.map((side) => side.map(({ text }) => text))).toEqual([
      ['Track', '7', 'of', 'the', 'MP3', 'skips'],
      ['The', '7th', 'track', 'is', 'broken'],
    ]);
  });

  it('excludes trailing no-break spaces, as before a percent sign', async () => {
    const { words } = await model.explain('Profit rose by 3\u00A0%.', 'Profits: 3\u202F% up, to 1\u202F000.');
    expect(words.map((side) => side.map(({ text }) => text))).toEqual([
      ['Profit', 'rose', 'by', '3'],
      ['Profits', '3', 'up', 'to', '1\u202F000'],
    ]);
  });

  it('finds words in text without spaces, and none in punctuation', async () => {
    const { words } = await model.explain('第三季度', '?!');
    expect(words[0].length).toBeGreaterThan(0);
    expect(words[1]).toEqual([]);
  });
});
