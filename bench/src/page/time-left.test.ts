import { expect, it } from 'vitest';
import { timeLeft } from './time-left.ts';

it('extrapolates from the time so far', () => {
  expect(timeLeft(0.25, 5000)).toBe('about 15\u00A0s left');
  expect(timeLeft(0.5, 200_000)).toBe('about 3\u00A0min left');
});

it('is empty at the start, at the end, and shortly before it', () => {
  expect([timeLeft(0, 5000), timeLeft(1, 5000), timeLeft(0.9, 9000)]).toEqual(['', '', '']);
});
