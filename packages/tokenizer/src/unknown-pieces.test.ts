import { describe, expect, it } from 'vitest';
import { loadTokenizer } from './load.ts';
import { readSpiece } from './testing/fixtures.ts';
import { unknownPieces } from './unknown-pieces.ts';

const tokenizer = loadTokenizer({ 'spiece.model': await readSpiece() });
const found = (text: string) => unknownPieces(tokenizer.encode(text), tokenizer.special.unk);

describe('with the vocabulary of ALBERT v2', () => {
  it.each(['今天天气很好。', '猫がソファで寝ている。', 'Кошка спит на диване.', 'החתול ישן על הספה', '😀'])(
    '%s is mostly unknown',
    (text) => expect(found(text).share).toBeGreaterThan(0.5),
  );

  it.each(['The cat is sleeping.', 'Die Katze schläft.', 'naïve café'])('%s is known', (text) => {
    expect(found(text)).toEqual({ share: 0, places: [] });
  });

  it.each(['', '\ud800', '\udc00\ud800', '\u200b', '\u200b\u2060'])('nothing of %j can be read', (text) => {
    expect(found(text).share).toBe(1);
  });

  it('an emoji counts with its characters, and its index among the pieces is given', () => {
    const text = 'good 😀';
    const { share, places } = found(text);
    expect(share).toBeCloseTo(2 / 6, 10);
    const tokens = tokenizer.encode(text, { addSpecialTokens: false }).tokens;
    expect(places.map((place) => tokens[place])).toEqual(['😀']);
  });

  it('each text of a pair is counted separately', () => {
    const encoding = tokenizer.encode(['The cat sleeps.', '猫']);
    expect(unknownPieces(encoding, tokenizer.special.unk, 0).share).toBe(0);
    expect(unknownPieces(encoding, tokenizer.special.unk, 1).share).toBe(1);
  });
});
