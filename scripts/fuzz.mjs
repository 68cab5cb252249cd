/**
 * `npm run fuzz -- [--runs 10000] [--seed 1] [--output bench/results/fuzz.json]`: breaks a valid file of every format in many
 * ways. Each parser runs in its own process with a heap of 256 MiB.
 *
 * If a parser throws anything but a named error, or exceeds its budget, exits with 1 and prints the mutation that caused it.
 */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { withSources } from '@albert-web/build-tools';

/** The modules that list the parsers of each package. */
const lists = ['checkpoints', 'tokenizer', 'training', 'tasks', 'cli'].map(
  (name) => `packages/${name}/src/testing/fuzz.ts`,
);

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    /** File to which the results are written. */
    output: { type: 'string' },
    /** Fuzz only this parser, in this process. */
    target: { type: 'string' },
  },
});
const runs = Number(values.runs);
const seed = Number(values.seed);

/** Calls `work` with all parsers and the fuzzer. */
function withTargets(work) {
  return withSources(async (load) => {
    const targets = [];
    for (const list of lists) targets.push(...(await (await load(list)).fuzzTargets()));
    return work(targets, await load('packages/testing/src/fuzz/index.ts'));
  });
}

/** Fuzzes one parser. @returns the result, with the maximum memory that the process used in addition to its initial memory */
async function fuzzOne(name) {
  return withTargets(async (targets, { fuzz }) => {
    const before = process.memoryUsage().rss;
    const result = await fuzz(
      targets.find((target) => target.name === name),
      runs,
      seed,
    );
    return { ...result, peak: Math.max(0, process.resourceUsage().maxRSS * 1024 - before) };
  });
}

async function fuzzAll() {
  const names = await withTargets(async (targets) => targets.map(({ name }) => name));
  const results = [];
  for (const name of names) {
    const args = ['--max-old-space-size=256', import.meta.filename, '--target', name];
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...args,
      '--runs',
      values.runs,
      '--seed',
      values.seed,
    ]);
    const result = JSON.parse(stdout);
    results.push(result);
    const { accepted, slowest, largest } = result;
    console.log(
      `${name}: ${accepted} of ${runs} were still valid, at most ${slowest.toFixed(1)} ms and ${mebibytes(largest)} MiB`,
    );
  }
  const total = results.reduce((sum, { runs }) => sum + runs, 0);
  if (values.output) {
    const record = { node: process.version, seed, total, results };
    await writeFile(path.resolve(values.output), `${JSON.stringify(record, null, 2)}\n`);
  }
  console.log(`${total} mutations: no unnamed error, none beyond its budget`);
}

const mebibytes = (bytes) => (bytes / 2 ** 20).toFixed(1);

if (values.target) process.stdout.write(JSON.stringify(await fuzzOne(values.target)));
else await fuzzAll();
