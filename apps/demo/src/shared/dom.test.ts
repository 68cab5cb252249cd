import { afterEach, expect, it, vi } from 'vitest';
import { throttle } from './dom.ts';

afterEach(() => vi.useRealTimers());

it('throttles: passes on only the latest value, and never more often than asked', () => {
  vi.useFakeTimers();
  const seen: number[] = [];
  const tell = throttle((value: number) => seen.push(value), 100);
  [1, 2, 3].forEach(tell);
  expect(seen).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(seen).toEqual([3]);
  vi.advanceTimersByTime(1000);
  expect(seen).toEqual([3]);
  tell(4);
  vi.advanceTimersByTime(100);
  expect(seen).toEqual([3, 4]);
});
