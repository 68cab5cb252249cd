// `npm run load-test`: runs the soak test for five minutes, and the test of worker lifecycles at full size, which writes
// bench/results/lives.json. A script, because Windows cannot set environment variables in front of a command.
import path from 'node:path';
import { startVitest } from 'vitest/node';

process.env.LOAD_TEST = 'full';
process.env.SOAK_MINUTES = '5';
process.env.LIVES_OUTPUT = path.join(import.meta.dirname, '../bench/results/lives.json');
const vitest = await startVitest(
  'test',
  ['soak', 'workers'].map((name) => `packages/albert-web/test/${name}.page.test.ts`),
  {
    project: ['pages'],
    watch: false,
  },
);
await vitest.close();
