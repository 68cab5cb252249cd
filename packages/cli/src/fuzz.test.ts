import { fuzz } from '@albert-web/testing/fuzz';
import { expect, it } from 'vitest';
import { fuzzTargets } from './testing/fuzz.ts';

it.each(fuzzTargets())('$name returns a result or a named error, within its budget', async (target) => {
  const { accepted, refused } = await fuzz(target, 400, 1);
  expect(Object.values(refused).reduce((sum, count) => sum + count, accepted)).toBe(400);
  expect(Object.keys(refused).length).toBeGreaterThan(0);
});
