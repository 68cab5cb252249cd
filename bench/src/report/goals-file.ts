/** Generates bench/results/goals.md from the recorded reports. */
import { readFile } from 'node:fs/promises';
import { accuracyTable, type AccuracyGates } from './accuracy-gates.ts';
import { goals, goalsTable, type Run } from './goals.ts';
import { otherGoals } from './other-goals.ts';
import type { Report } from './report.ts';
import { responsivenessGoals, type Responsiveness } from './responsiveness.ts';

const results = new URL('../../results/', import.meta.url);

export const goalsFile = new URL('goals.md', results);

/** Reports from two processors, because int8 figures depend on whether a processor has a dot product of bytes. */
const files = {
  'with AVX-VNNI': 'report.json',
  'without AVX-VNNI': 'submitted/2026-11-29-epyc-without-avx-vnni.json',
};

/** Results of two versions of Node on a processor with AVX-VNNI, which the older version does not use. */
const accuracyFiles = ['accuracy-gates-node-24.json', 'accuracy-gates-node-20.json'];

const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(new URL(file, results), 'utf8'));

const readRuns = (): Promise<Run[]> =>
  Promise.all(
    Object.entries(files).map(async ([name, file]) => ({
      name: `[${name}](${file})`,
      report: (await readJson(file)) as Report,
    })),
  );

export async function readGoals(): Promise<string> {
  const responsiveness = (await readJson('responsiveness.json')) as Responsiveness;
  return [
    '# Goals',
    '',
    'The goals of the benchmark, the figures measured, and why some goals are not reached. Written by `node bench/scripts/goals.mjs` from',
    'runs of `npx albert bench --peers` on two cores each of two AMD EPYC processors: one with AVX-VNNI, which has an instruction for dot',
    'products of bytes, and one without. The base shape has random weights. Batch 1 and one thread, unless a row says otherwise.',
    '',
    goalsTable(await readRuns(), goals, [...otherGoals, ...responsivenessGoals(responsiveness)]),
    '## Accuracy',
    '',
    'Verdicts and pooled outputs of quantized files on WASM, compared with f32 on pairs of MRPC dev. The default model ships in q8, so its',
    'q8 row shows the effect of the arithmetic alone. With random weights, equal verdicts mean little; the cosines show the difference.',
    'The processor has AVX-VNNI. Node 24 uses it, as browsers do; Node 20 sums in 16 bits, as browsers do on processors without it.',
    '',
    ...(await Promise.all(accuracyFiles.map(async (file) => accuracyTable((await readJson(file)) as AccuracyGates)))),
  ].join('\n');
}
