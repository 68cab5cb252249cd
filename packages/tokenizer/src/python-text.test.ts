import { expect, test } from 'vitest';
import { isCombining, isFinalSigma, isPythonDigit, isPythonSpace } from './python-text.ts';

const codePoints = Array.from({ length: 0x20000 }, (_, codePoint) => codePoint).filter((c) => c < 0xd800 || c > 0xdfff);
const count = (holds: (character: string) => boolean): number =>
  codePoints.filter((codePoint) => holds(String.fromCodePoint(codePoint))).length;

test('white space is that of str.isspace()', () => {
  // python3 -c "print([hex(c) for c in range(0x110000) if chr(c).isspace()])"
  const expected = [0x9, 0xa, 0xb, 0xc, 0xd, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x85, 0xa0, 0x1680];
  for (let unit = 0x2000; unit <= 0x200a; unit++) expected.push(unit);
  expected.push(0x2028, 0x2029, 0x202f, 0x205f, 0x3000);
  expect(codePoints.filter(isPythonSpace)).toEqual(expected);
});

test('combining marks are those with a canonical combining class', () => {
  // Marks with the lowest, the highest and other nonzero classes. Then other characters, such as marks of class 0.
  for (const mark of '\u0301\u0334\u0345\u094d\u05b0\u302a\u3099\ua806\u{1d165}') expect(isCombining(mark)).toBe(true);
  for (const other of 'aΣ\u1100\u0903\u093f\u20dd\u0e33\u034f\ufe0f\u{1f600}') expect(isCombining(other)).toBe(false);
  // unicodedata 14 has 908 such marks below U+20000 that do not decompose. Later versions of Unicode only add to them.
  const combines = (character: string): boolean => character.normalize('NFKD') === character && isCombining(character);
  expect(count(combines)).toBeGreaterThanOrEqual(908);
  expect(count((character) => combines(character) && !/\p{M}/u.test(character))).toBe(0);
});

test('digits are those of str.isdigit()', () => {
  for (const digit of '09²①❶٣') expect(isPythonDigit(digit)).toBe(true);
  for (const other of ['a', '½', 'Ⅷ', '一', '', '12']) expect(isPythonDigit(other)).toBe(false);
});

test.each([
  ['aΣ', 1, true],
  ['Σ', 0, false],
  ['aΣb', 1, false],
  ["aΣ'", 1, true],
  ["aΣ'b", 1, false],
  ["a'Σ", 2, true],
  ['1Σ', 1, false],
  ['𝐚Σ', 2, true],
])('in %j the sigma at %d is final: %s', (text, index, final) => {
  expect(isFinalSigma(text, index)).toBe(final);
});
