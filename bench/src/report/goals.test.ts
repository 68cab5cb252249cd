import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { goalsFile, readGoals } from './goals-file.ts';
import { goals, goalsTable, reaches } from './goals.ts';
import type { PartRow, Report, Row } from './report.ts';

const ours = { engine: 'albert-web', backend: 'wasm', precision: 'f32', shape: 'base', batch: 1, length: 128 } as const;

const row = (changes: Partial<Row>): Row => ({
  ...ours,
  measure: 'forward',
  threads: 1,
  isolated: true,
  medianMs: 400,
  p90Ms: 400,
  minMs: 400,
  runs: 1,
  ratio: { 'LiteRT.js f32': 1.5, 'onnxruntime-web f32': 1.9 },
  ...changes,
});

const parts = (steps: Readonly<Record<string, number>>): PartRow[] =>
  Object.entries(steps).map(([step, medianMs]) => ({ ...ours, threads: 1, part: `a layer: ${step}`, medianMs }));

const report = (changes: Partial<Report>): Report => ({
  date: '2026-01-02T00:00:00.000Z',
  commit: 'none',
  machine: { cpu: 'none', cores: 2, memoryGiB: 1, os: 'none', gpu: 'none' },
  browser: 'none',
  rows: [],
  parts: [],
  agreement: [],
  skipped: [],
  ...changes,
});

const measure = (what: string, of: Report): number | undefined =>
  goals.find((goal) => goal.what.startsWith(what))?.measure(of);

it('takes ratios from the row of the same precision, size and number of threads', () => {
  const rows = [
    row({ threads: 2, medianMs: 250, ratio: { 'LiteRT.js f32': 9 } }),
    row({ isolated: false, ratio: { 'LiteRT.js f32': 9 } }),
    row({ precision: 'q8', ratio: { 'LiteRT.js f32': 9 } }),
    row({}),
  ];
  expect(measure('f32, length 128, against LiteRT.js', report({ rows }))).toBe(1.5);
  expect(measure('f32, length 128, two threads', report({ rows }))).toBe(1.6);
  expect(measure('f32, length 128, two threads', report({ rows: rows.slice(1) }))).toBeUndefined();
});

it('takes shares of the steps of a layer, without the innermost loop that is measured alone', () => {
  const steps = {
    queryKeyValue: 20,
    attention: 5,
    attentionOutput: 10,
    attentionNorm: 1,
    ffn: 30,
    ffnOutput: 30,
    outputNorm: 4,
  };
  const own = { "its products at the innermost loop's own speed": 81 };
  const of = report({ parts: parts({ ...steps, ...own }) });
  expect(measure('f32, length 128, products', of)).toBe(90);
  expect(measure('f32, length 128, work of a layer', of)).toBe(5);
});

it('has a figure for each run, and says whether all reach the goal or why not', () => {
  const runs = [
    { name: 'new', report: report({ rows: [row({ ratio: { 'LiteRT.js f32': 1.5 } })] }) },
    { name: 'old', report: report({ date: '2026-01-01T00:00:00.000Z', rows: [row({})] }) },
  ];
  const table = goalsTable(runs, goals.slice(0, 3));
  expect(table).toContain('| goal | new, 2026-01-02 | old, 2026-01-01 |');
  expect(table).toContain('| at least 1.45x | 1.50x | 1.50x | reached |');
  expect(table).toContain(`| at least 2x | not measured | 1.90x | ${goals[1]?.why} |`);
  expect(table).toContain(`| at least 92 % | not measured | not measured | ${goals[2]?.why} |`);
  expect(reaches({ kind: 'at most', value: 3, unit: '%', digits: 1 }, 3.1)).toBe(false);
});

it('is up to date with the recorded reports', async () => {
  expect(await readFile(goalsFile, 'utf8'), 'run node bench/scripts/goals.mjs').toBe(await readGoals());
});
