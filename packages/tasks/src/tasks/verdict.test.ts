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
] as const)('of the result %o with %d of a sentence unread it says "%s"', (result, share, verdict) => {
  expect(
    verdictOf({
      ...result,
      unknownPieces: [
        { share: 0, places: [] },
        { share, places: [] },
      ],
    }),
  ).toBe(verdict);
});
