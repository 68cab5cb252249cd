import { describe, expect, it } from 'vitest';
import { withRatios } from '../measure/forward.ts';
import { toMarkdown } from './markdown.ts';
import type { Candidate, Report, Row } from './report.ts';

const row = (engine: Candidate['engine'], precision: Candidate['precision'], medianMs: number): Omit<Row, 'ratio'> => ({
  engine,
  precision,
  medianMs,
  backend: 'wasm',
  measure: 'forward',
  shape: 'base',
  batch: 1,
  length: 128,
  threads: 2,
  isolated: true,
  p90Ms: medianMs,
  minMs: medianMs,
  runs: 3,
});

const empty: Report = {
  date: '2026-01-01',
  commit: 'abc',
  machine: { cpu: 'a CPU', cores: 2, memoryGiB: 8, os: 'an OS', gpu: 'none' },
  browser: 'a browser',
  rows: [],
  parts: [],
  agreement: [],
  skipped: [],
};

describe('toMarkdown', () => {
  it('puts engines that were measured together into one table, with their times divided by ours', () => {
    const rows = withRatios([row('albert-web', 'q8', 100), row('onnxruntime-web', 'q8', 250), row('tfjs', 'f32', 800)]);
    expect(rows.map(({ ratio }) => ratio)).toEqual([{ 'onnxruntime-web q8': 2.5, 'tfjs f32': 8 }, {}, {}]);
    const text = toMarkdown({ ...empty, rows });
    expect(text).toContain('## base, wasm, 2 threads');
    expect(text).toContain('| 1 | 128 | 100 | 250 | 800 | 2.50x | 8.00x |');
  });

  it('lists what was not measured', () => {
    expect(toMarkdown({ ...empty, skipped: [{ what: 'tfjs', why: 'no memory' }] })).toContain('- tfjs: no memory');
  });

  it('shows the time of each kernel on a GPU next to the least it can take', () => {
    const part = (name: string, medianMs: number): Report['parts'][number] => ({
      engine: 'albert-web',
      precision: 'f32',
      backend: 'webgpu',
      shape: 'base',
      batch: 1,
      length: 128,
      threads: 1,
      part: `a pass: ${name}`,
      medianMs,
    });
    const parts = [
      part('attention, dispatched 12 times', 0.5),
      part('attention output, dispatched 11 times', 2),
      part('attention output (first), dispatched 1 times', 0.25),
    ];
    const text = toMarkdown({ ...empty, parts });
    // Twelve layers: 4 x 128 x 128 x 768 operations, and 4 x 128 x 4 x 768 bytes; 12 x 5 µs and the bytes at 200 GB/s.
    expect(text).toContain('| attention | 12 | 0.60 | 18.9 | 0.18 | 0.50 |');
    // 2 x 128 x 768 x 768 operations; 128 x 3 x 768 columns and 768 x 768 weights of four bytes.
    expect(text).toContain('| attention output | 12 | 1.81 | 42.5 | 0.42 | 2.25 |');
  });
});
