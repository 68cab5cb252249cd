/**
 * Writes bench/results/goals.md from the reports in the same folder: node bench/scripts/goals.mjs.
 *
 * Run it when one of the reports changes; `goals-file.ts` lists them.
 */
import { writeFile } from 'node:fs/promises';
import { withSources } from '@albert-web/build-tools';

await withSources(async (load) => {
  const { goalsFile, readGoals } = await load('bench/src/report/goals-file.ts');
  await writeFile(goalsFile, await readGoals());
});
