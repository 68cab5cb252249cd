/**
 * Fuzzes every parser and writes the record: node packages/checkpoints/fuzz/run.mjs [RUNS_PER_TARGET] [SEED].
 *
 * Ends with 1 and the mutation that did it when a parser throws anything but a named error.
 */
import { writeFile } from 'node:fs/promises';
import { withSources } from '@albert-web/build-tools';

const runs = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? 1);

await withSources(async (load) => {
  const { fuzz, fuzzTargets } = await load('packages/checkpoints/src/testing/fuzz.ts');
  const results = [];
  for (const target of await fuzzTargets()) {
    const start = performance.now();
    const result = await fuzz(target, runs, seed);
    results.push({
      ...result,
      seconds: Math.round((performance.now() - start) / 100) / 10,
      slowestMs: Math.round(result.slowestMs),
    });
    console.log(JSON.stringify(results.at(-1)));
  }
  const total = results.reduce((sum, { runs }) => sum + runs, 0);
  const record = {
    node: process.version,
    seed,
    total,
    heapMiB: Math.round(process.memoryUsage().heapUsed / 2 ** 20),
    results,
  };
  await writeFile(new URL('record.json', import.meta.url), `${JSON.stringify(record, null, 2)}\n`);
  console.log(`${total} mutations, no unnamed error`);
});
