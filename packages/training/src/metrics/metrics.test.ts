import { describe, expect, it } from 'vitest';
import { accuracy, f1, matthewsCorrelation } from './classification.ts';
import { pearson, spearman } from './correlation.ts';

describe('two classes, computed by hand', () => {
  // tp 3, fp 1, fn 2, tn 4
  const predictions = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0];
  const labels = [1, 1, 1, 0, 1, 1, 0, 0, 0, 0];

  it('accuracy 7 / 10', () => expect(accuracy(predictions, labels)).toBeCloseTo(0.7, 12));
  it('F1 2 * 3 / (2 * 3 + 1 + 2)', () => expect(f1(predictions, labels)).toBeCloseTo(6 / 9, 12));
  it('Matthews (12 - 2) / sqrt(4 * 5 * 5 * 6)', () =>
    expect(matthewsCorrelation(predictions, labels)).toBeCloseTo(10 / Math.sqrt(600), 12));
  it('F1 and Matthews are 0 when one class is never predicted', () => {
    expect(f1([0, 0], [1, 0])).toBe(0);
    expect(matthewsCorrelation([0, 0], [1, 0])).toBe(0);
  });
});

describe('correlations, computed by hand', () => {
  it('Pearson of (1 2 3 4) and (1 3 2 5): 5.5 / sqrt(5 * 8.75)', () =>
    expect(pearson([1, 2, 3, 4], [1, 3, 2, 5])).toBeCloseTo(5.5 / Math.sqrt(5 * 8.75), 12));
  it('Spearman uses only ranks: 1 - 6 * 2 / (4 * 15)', () =>
    expect(spearman([1, 20, 300, 4000], [1, 3, 2, 5])).toBeCloseTo(0.8, 12));
  it('ties share their mean rank: ranks (1.5 1.5 3) and (1 2 3)', () =>
    expect(spearman([7, 7, 9], [1, 2, 3])).toBeCloseTo(1.5 / Math.sqrt(1.5 * 2), 12));
});
