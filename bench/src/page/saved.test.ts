import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Report } from '../report/report.ts';
import { StorageError } from './errors.ts';
import { savedRuns, saveRun } from './saved.ts';

const kept = new Map<string, string>();
const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: vi.fn(kept.set.bind(kept)) };

beforeEach(() => {
  kept.clear();
  vi.stubGlobal('localStorage', storage);
});
afterEach(() => vi.unstubAllGlobals());

const report = (second: number): Report => ({
  date: new Date(1000 * second).toISOString(),
  commit: 'unknown',
  machine: { cpu: 'unknown', cores: 2, memoryGiB: 0, os: 'Linux', gpu: 'none' },
  browser: 'Chromium',
  rows: [],
  parts: [],
  agreement: [],
  skipped: [],
});

it('keeps the twenty newest runs, without duplicates', () => {
  for (let second = 0; second < 25; second++) saveRun(report(second));
  saveRun(report(24));
  expect(savedRuns().map(({ report }) => report.date)).toEqual(
    Array.from({ length: 20 }, (_, index) => report(24 - index).date),
  );
});

it('throws a named error if storage is full, and keeps the earlier runs', () => {
  saveRun(report(1));
  storage.setItem.mockImplementationOnce(() => {
    throw new DOMException('exceeded the quota', 'QuotaExceededError');
  });
  expect(() => saveRun(report(2))).toThrow(StorageError);
  expect(savedRuns()).toHaveLength(1);
});
