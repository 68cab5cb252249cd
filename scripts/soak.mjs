// `npm run soak -- --minutes 10`: random use of the built script in several tabs, compared with each model's answers in isolation.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    /** File to which the report is written. */
    output: { type: 'string' },
  },
});
if (!(Number(values.minutes) > 0) || !Number.isInteger(Number(values.seed))) {
  console.error('Usage: npm run soak -- [--minutes 10] [--seed 1] [--output soak.json]');
  process.exit(2);
}
process.env.SOAK_MINUTES = values.minutes;
process.env.SOAK_SEED = values.seed;
if (values.output) process.env.SOAK_OUTPUT = path.resolve(values.output);
const vitest = await startVitest('test', ['packages/albert-web/test/soak.page.test.ts'], {
  project: ['pages'],
  watch: false,
});
await vitest.close();
