import { describe, expect, it } from 'vitest';
import { loadTokenizer } from './load.ts';
import { readSpiece } from './testing/fixtures.ts';
import { unknownPieces } from './unknown-pieces.ts';

const tokenizer = loadTokenizer({ 'spiece.model': await readSpiece() });
const found = (text: string) => unknownPieces(tokenizer.encode(text), tokenizer.special.unk);

describe('of the pieces of ALBERT v2', () => {
  it.each(['今天天气很好。', '猫がソファで寝ている。', 'Кошка спит на диване.', 'החתול ישן על הספה', '😀'])(
    '%s is mostly unknown',
    (text) => expect(found(text).share).toBeGreaterThan(0.5),
  );

  it.each(['The cat is sleeping.', 'Die Katze schläft.', 'naïve café'])('%s is known', (text) => {
    expect(found(text)).toEqual({ share: 0, places: [] });
  });

  it.each(['', '\ud800', '\udc00\ud800', '\u200b', '\u200b\u2060'])('of %j nothing can be read', (text) => {
    expect(found(text).share).toBe(1);
  });

  it('one emoji is the share of its characters, at its place among the pieces', () => {
    const text = 'good 😀';
    const { share, places } = found(text);
    expect(share).toBeCloseTo(2 / 6, 10);
    const tokens = tokenizer.encode(text, { addSpecialTokens: false }).tokens;
    expect(places.map((place) => tokens[place])).toEqual(['😀']);
  });

  it('each text of a pair counts by itself', () => {
    const encoding = tokenizer.encode(['The cat sleeps.', '猫']);
    expect(unknownPieces(encoding, tokenizer.special.unk, 0).share).toBe(0);
    expect(unknownPieces(encoding, tokenizer.special.unk, 1).share).toBe(1);
  });
});
