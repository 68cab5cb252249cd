import { expect, it } from 'vitest';
import { headlineOf, pairsOfHeadline } from './headline.ts';
import type { Report, Row } from './report.ts';

const here = 'On this computer';

const row = (changes: Partial<Row>): Row => ({
  engine: 'albert-web',
  backend: 'wasm',
  precision: 'q8',
  measure: 'forward',
  shape: 'base',
  batch: 1,
  length: 128,
  threads: 1,
  isolated: true,
  medianMs: 200,
  p90Ms: 220,
  minMs: 190,
  runs: 7,
  ratio: {},
  ...changes,
});

const report = (...rows: Row[]): Report => ({
  date: '2026-01-01',
  commit: 'none',
  machine: { cpu: 'none', cores: 1, memoryGiB: 1, os: 'none', gpu: 'none' },
  browser: 'none',
  rows,
  parts: [],
  agreement: [],
  skipped: [],
});

it('says how fast we are, and how the next engine compares', () => {
  const rows = [
    row({ precision: 'f32', medianMs: 400 }),
    row({}),
    row({ engine: 'tfjs', precision: 'f32', medianMs: 1000 }),
    row({ engine: 'onnxruntime-web', medianMs: 360 }),
    row({ engine: 'onnxruntime-web', medianMs: 10, threads: 2 }),
  ];
  expect(headlineOf(report(...rows), here)).toBe(
    'On this computer: 5.0 inputs of 128 tokens in q8 a second, 1.8 times as many as onnxruntime-web q8.',
  );
});

it('prefers pairs of sentences to ids, and admits it when we are slower', () => {
  const pairs = { measure: 'pairs', length: 0, batch: 32 } as const;
  const rows = [
    row({}),
    row({ ...pairs, medianMs: 1600 }),
    row({ ...pairs, engine: 'transformers.js', medianMs: 800 }),
  ];
  expect(headlineOf(report(...rows), here)).toBe(
    'On this computer: 20 pairs of sentences a second, 50% of transformers.js.',
  );
  // A GPU of ours against another engine's CPU: both judge the same text.
  const gpu = row({ ...pairs, backend: 'webgpu', precision: 'f16', medianMs: 200 });
  expect(headlineOf(report(...rows, gpu), here)).toBe(
    'On this computer: 160 pairs of sentences a second, 4.0 times as many as transformers.js.',
  );
});

it('makes no comparison if only our engine ran, and is undefined if it did not run', () => {
  expect(headlineOf(report(row({})), here)).toBe('On this computer: 5.0 inputs of 128 tokens in q8 a second.');
  expect(headlineOf(report(row({ measure: 'load-cold' }), row({ engine: 'tfjs' })), here)).toBeUndefined();
});

it('is plotted with engines on the same model and number of threads, whatever else the report has', () => {
  const pairs = { measure: 'pairs', length: 0, batch: 32, shape: 'default model' } as const;
  const answers = [row(pairs), row({ ...pairs, engine: 'tfjs' }), row({ ...pairs, backend: 'webgpu' })];
  const others = [
    row({ ...pairs, shape: 'base', medianMs: 900 }),
    row({ ...pairs, threads: 2, medianMs: 300 }),
    row({}),
  ];
  expect(pairsOfHeadline([...others, ...answers])).toEqual(answers);
  expect(pairsOfHeadline([row({ ...pairs, engine: 'transformers.js' })])).toHaveLength(1);
});
