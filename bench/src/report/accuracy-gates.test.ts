import { expect, it } from 'vitest';
import { accuracyTable } from './accuracy-gates.ts';

it('compares each format with the rule, and shows no accuracy for random weights', () => {
  const rule = { equalLabels: 0.99, accuracyDifference: 0.003, meanCosine: 0.999, worstCosine: 0.99 };
  const row = {
    pairs: 8,
    equalLabels: 1,
    accuracy: 0.75,
    referenceAccuracy: 0.5,
    meanCosine: 0.9996,
    worstCosine: 0.98,
  };
  const rows = [
    { ...row, model: 'default model', format: 'q8', keeps: true },
    { ...row, model: 'random weights, base shape', format: 'q4', keeps: false },
  ];
  const lines = accuracyTable({ date: '2026-01-02T00:00:00.000Z', node: '24', rule, rows }).split('\n');
  expect(lines[0]).toContain('Node 24, 2026-01-02');
  expect(lines[2]).toContain('≥ 99.0 % | ± 0.3 % | ≥ 0.999 | ≥ 0.99');
  expect(lines[3]).toBe('| default model | q8 | 8 | 100.0 % | 75.0 % (50.0 %) | 0.9996 | 0.9800 | kept |');
  expect(lines[4]).toBe('| random weights, base shape | q4 | 8 | 100.0 % |  | 0.9996 | 0.9800 | broken |');
});
