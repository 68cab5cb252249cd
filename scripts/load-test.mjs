// `npm run load-test`: tabs under load and the lives of workers, at full size. A script, because Windows sets no variable in front of a command.
import { startVitest } from 'vitest/node';

process.env.LOAD_TEST = 'full';
const vitest = await startVitest(
  'test',
  ['load', 'workers'].map((name) => `packages/albert-web/test/${name}.page.test.ts`),
  {
    project: ['pages'],
    watch: false,
  },
);
await vitest.close();
