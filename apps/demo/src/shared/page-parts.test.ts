import { describe, expect, it } from 'vitest';
import { settledAt } from '../compare/chart.ts';
import { aboutTime, duration, languageNames, megabytes, percent, sharePercent, timeLeft } from './format.ts';
import { fitsLink, formatLink, parseLink } from './link-state.ts';

describe('percent', () => {
  it.each([
    [0.5, '50%'],
    [0.999, '>\u00A099%'],
    [0.001, '<\u00A01%'],
    [1, '100%'],
    [0, '0%'],
  ])('formats %d as %s', (probability, text) => {
    expect(percent(probability)).toBe(text);
  });
});

it('formats a counted fraction with one decimal if necessary', () => {
  expect([1, 0.5, 5 / 6].map(sharePercent)).toEqual(['100%', '50%', '83.3%']);
});

it.each([duration(3.14), duration(752), duration(1234), megabytes(6_400_000)])(
  'a number stays with its unit: %s',
  (quantity) => {
    expect(quantity).toMatch(/^[\d.]+\u00A0\p{L}+$/u);
  },
);

describe('languages', () => {
  it('are named once each, or by their script if only that is known', () => {
    expect(languageNames(['de', undefined, 'de'])).toBe('German');
    expect(languageNames(['fr', 'und-Cyrl'])).toBe('French and Cyrillic');
    expect(languageNames(['cs', 'und'])).toBe('Czech');
    expect(languageNames([undefined, 'und'])).toBe('another language');
  });
});

describe('the link', () => {
  it('restores its contents, whatever the characters', () => {
    const state = { a: 'Is 50 % = ½ & more? #yes', b: 'élan\nvital', depth: '3', list: 'One.\nTwo.', fields: '["x"]' };
    expect(parseLink(formatLink(state))).toEqual(state);
  });

  it('omits empty and unknown values', () => {
    expect(formatLink({ a: '', tab: undefined })).toBe('');
    expect(parseLink('#a=x&other=y')).toEqual({ a: 'x' });
  });

  it('omits values that are too long, and says so', () => {
    const state = { a: 'x', list: 'y'.repeat(4001) };
    expect(formatLink(state)).toBe('#a=x');
    expect(fitsLink(state)).toBe(false);
    expect(fitsLink({ a: 'x', list: 'y'.repeat(4000) })).toBe(true);
  });
});

describe('settledAt', () => {
  it('finds the depth after which nothing changes', () => {
    expect(settledAt([0.2, 0.6, 0.8, 0.81, 0.82])).toBe(2);
    expect(settledAt([0.82, 0.82])).toBe(0);
    expect(settledAt([0.1, 0.9])).toBe(1);
    expect(settledAt([0.495, 0.505])).toBe(1);
    expect(settledAt([])).toBeUndefined();
  });
});

describe('a remaining time', () => {
  it.each([
    [3000, 'a few seconds'],
    [34_000, 'about 30 seconds'],
    [150_000, 'about 3 minutes'],
    [3 * 3_600_000, 'about 3 hours'],
  ])('formats %d ms as %s', (milliseconds, text) => {
    expect(aboutTime(milliseconds)).toBe(text);
  });

  it('is shown once a job has run long enough to estimate it', () => {
    expect(timeLeft(10, 100, 500)).toBeUndefined();
    expect(timeLeft(10, 100, 4000)).toBe('about 40 seconds');
    expect(timeLeft(100, 100, 4000)).toBeUndefined();
  });
});
