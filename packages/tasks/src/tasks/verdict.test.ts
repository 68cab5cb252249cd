import { InvalidArgumentError } from '@albert-web/errors';
import { expect, it } from 'vitest';
import { verdictOf } from './verdict.ts';

const same = { paraphrase: true, unsure: false };

it.each([
  [same, 0, 'same'],
  [{ ...same, paraphrase: false }, 0, 'different'],
  [{ ...same, unsure: true }, 0, 'unsure'],
  [{ ...same, unsure: true, otherLanguages: [undefined, 'de'] }, 0, 'other-language'],
  [{ ...same, otherLanguages: ['ja', 'ja'] }, 0.9, 'unreadable'],
  [same, 0.5, 'same'],
] as const)('for the result %o with a share of %d unknown, the verdict is "%s"', (result, share, verdict) => {
  expect(
    verdictOf({
      ...result,
      tokens: [['▁a'], ['▁b']],
      unknownPieces: [
        { share: 0, places: [] },
        { share, places: [] },
      ],
    }),
  ).toBe(verdict);
});

it.each([
  ['😢', 'unreadable'],
  // The same piece means the same, known or not.
  ['😀', 'same'],
] as const)('for "happy 😀" and "happy %s", the verdict is "%s"', (piece, verdict) => {
  const unread = { share: 0.2, places: [2] };
  const tokens = [
    ['▁happy', '▁', '😀'],
    ['▁happy', '▁', piece],
  ] as const;
  expect(verdictOf({ ...same, tokens, unknownPieces: [unread, unread] })).toBe(verdict);
});

it("is the model's verdict for sentences that also differ in known pieces", () => {
  const unread = { share: 0.2, places: [2] };
  const tokens = [
    ['▁happy', '▁', '😀'],
    ['▁sad', '▁', '😢'],
  ] as const;
  expect(verdictOf({ ...same, paraphrase: false, tokens, unknownPieces: [unread, unread] })).toBe('different');
});

it.each([undefined, {}, [], 'same', Promise.resolve(same)])('rejects %o, which is no result', (value) => {
  expect(() => verdictOf(value as never)).toThrow(InvalidArgumentError);
  expect(() => verdictOf(value as never)).toThrow('Expected the result of paraphrase()');
});
