import { expect, it } from 'vitest';
import { float16Bits, float16Value } from './float16.ts';

it('gives every half back from its value', () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = float16Value(bits);
    if (Number.isNaN(value)) expect(float16Bits(value) & 0x7c00).toBe(0x7c00);
    else expect(float16Bits(value)).toBe(bits);
  }
});

it.each([
  [1 + 2 ** -11, 0x3c00, 'a tie, down to the even half'],
  [1 + 3 * 2 ** -11, 0x3c02, 'a tie, up to the even half'],
  [1 + 2 ** -11 + 2 ** -20, 0x3c01, 'just above a tie'],
  [65504, 0x7bff, 'the largest half'],
  [65519.99, 0x7bff, 'below the middle to the next'],
  [65520, 0x7c00, 'overflow'],
  [-1e30, 0xfc00, 'overflow below'],
  [2 ** -24, 1, 'the smallest half'],
  [2 ** -25, 0, 'half of it, a tie with zero'],
  [2 ** -25 * 1.01, 1, 'a little more than half of it'],
  [-(2 ** -14) * (1 - 2 ** -12), 0x8400, 'rounded up to a normal half'],
])('rounds %d to %i: %s', (value, bits) => {
  expect(float16Bits(value)).toBe(bits);
});
