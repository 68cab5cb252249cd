import { describe, expect, it } from 'vitest';
import { fuzz, fuzzTargets } from './testing/fuzz.ts';

describe('fuzzed parsers', async () => {
  it.each(await fuzzTargets())('$name gives a result or a named error, soon', async (target) => {
    const { accepted, refused, slowestMs } = await fuzz(target, 400, 1);
    expect(Object.values(refused).reduce((sum, count) => sum + count, accepted)).toBe(400);
    expect(Object.keys(refused).length).toBeGreaterThan(0);
    expect(slowestMs).toBeLessThan(2000);
    await expect(Promise.resolve(target.read(target.seed))).resolves.not.toThrow();
  });
});
