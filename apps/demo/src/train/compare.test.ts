import { expect, it } from 'vitest';
import { compare } from './compare-view.ts';

it('distinguishes corrected mistakes from new ones', () => {
  const result = (labels: readonly number[]) => ({
    step: 0,
    accuracy: 0,
    loss: 0,
    best: false,
    predictions: labels.map((label) => ({ label, probability: 0.9 })),
  });
  const heldOut = [0, 0, 1, 1].map((label, row) => ({ id: String(row), row, textA: 'Text', label }));
  const changes = compare(heldOut, result([0, 1, 1, 0]), result([0, 0, 0, 0])).map(({ change }) => change);
  expect(changes).toEqual(['none', 'corrected', 'spoilt', 'none']);
});
