/** bench/results/goals.md as the recorded reports make it. */
import { readFile } from 'node:fs/promises';
import { accuracyTable, type AccuracyGates } from './accuracy-gates.ts';
import { goals, goalsTable } from './goals.ts';
import { otherGoals } from './other-goals.ts';
import type { Report } from './report.ts';

const results = new URL('../../results/', import.meta.url);

export const goalsFile = new URL('goals.md', results);

/** The newest report first. */
async function readReports(): Promise<Report[]> {
  const texts = await Promise.all(
    ['report.json', 'quick.json'].map((name) => readFile(new URL(name, results), 'utf8')),
  );
  return texts.map((text) => JSON.parse(text) as Report).sort((a, b) => b.date.localeCompare(a.date));
}

export async function readGoals(): Promise<string> {
  return [
    '# Goals',
    '',
    'What the benchmark aims at, what it measures, and why a goal is not reached. Written by `node bench/src/goals.mjs` from',
    '[report.json](report.json) and [quick.json](quick.json): a figure comes from the newer run that has it. The base shape has',
    'random weights; batch 1, one thread, unless a row says otherwise.',
    '',
    goalsTable(await readReports(), goals, otherGoals),
    '## Accuracy',
    '',
    'Verdicts and pooled outputs of quantized files on WASM against f32, on pairs of MRPC dev. The default model ships as q8, so its',
    'q8 row shows the arithmetic alone. Random weights decide nothing: their equal verdicts say little, their cosines how far off they are.',
    '',
    accuracyTable(JSON.parse(await readFile(new URL('accuracy-gates.json', results), 'utf8')) as AccuracyGates),
  ].join('\n');
}
