import { expect, it } from 'vitest';
import { responsivenessGoals } from './responsiveness.ts';

const run = { command: 'node x', date: '2026-01-02T00:00:00.000Z', cores: 2, load: 0.5 };
const milliseconds = {
  'first visit: first verdict': 600,
  'second visit: first verdict': 351,
  'first visit: longest task': 80,
  'second visit: longest task': 101,
};

it('says for each goal whether every figure reaches it', () => {
  const [first, second, tasks] = responsivenessGoals({ ...run, milliseconds });
  expect(first).toMatchObject({ goal: 'at most 600 ms', why: 'reached', command: 'node x' });
  expect(first?.reached).toContain(
    '600 ms ([recorded](responsiveness.json) on 2026-01-02, load average 0.5 on 2 cores',
  );
  expect(second?.why).toBe('as above');
  expect(tasks?.reached).toContain('first visit: 80 ms; second visit: 101 ms');
  expect(tasks?.why).not.toBe('reached');
  const [, , quick] = responsivenessGoals({
    ...run,
    milliseconds: { ...milliseconds, 'second visit: longest task': 100 },
  });
  expect(quick?.why).toBe('reached');
});

it('rejects a run without a figure for each goal', () => {
  expect(() => responsivenessGoals({ ...run, milliseconds: { 'first visit: first verdict': 1 } })).toThrow('node x');
});
