import { describe, expect, it, vi } from 'vitest';
import type { LoadedModel } from '../engines/engine.ts';
import type { Candidate, Row, Skipped } from '../report/report.ts';
import { measureForward } from './forward.ts';

const ours: Candidate = { engine: 'albert-web', backend: 'wasm', precision: 'f32' };
const theirs: Candidate = { engine: 'onnxruntime-web', backend: 'wasm', precision: 'f32' };

const right = Float32Array.of(0.5, -0.25, 1);
const engines = vi.hoisted(() => ({ open: vi.fn<(candidate: Candidate) => Promise<LoadedModel>>() }));
vi.mock('../engines/index.ts', () => ({ openEngine: engines.open }));

/** An engine that returns these answers in turn, then repeats the last one. */
function engineOf(...answers: readonly Float32Array[]): LoadedModel {
  let calls = 0;
  return {
    threads: 1,
    run: () => Promise.resolve(answers[Math.min(calls++, answers.length - 1)] ?? right),
    dispose: () => Promise.resolve(),
  };
}

async function measure(peer: LoadedModel): Promise<{ rows: Row[]; skipped: Skipped[] }> {
  engines.open.mockImplementation((candidate) =>
    Promise.resolve(candidate.engine === 'albert-web' ? engineOf(right) : peer),
  );
  const rows: Row[] = [];
  const skipped: Skipped[] = [];
  const plan = {
    shape: 'mini',
    candidates: [ours, theirs],
    inputs: [{ batch: 1, length: 8 }],
    threads: 1,
    rounds: 3,
    budgetMs: 1000,
    parts: false,
  } as const;
  await measureForward(
    plan,
    { baseUrl: 'http://localhost/' },
    {
      row: (row) => rows.push(row),
      part: vi.fn(),
      agreement: vi.fn(),
      skipped: (one) => skipped.push(one),
      progress: vi.fn(),
    },
  );
  return { rows, skipped };
}

describe('measureForward', () => {
  it('has a row for every engine that returns the same logits', async () => {
    const { rows, skipped } = await measure(engineOf(right));
    expect(rows.map(({ engine }) => engine)).toEqual(['albert-web', 'onnxruntime-web']);
    expect(Object.keys(rows[0]?.ratio ?? {})).toEqual(['onnxruntime-web f32']);
    expect(skipped).toEqual([]);
  });

  it('leaves out an engine whose logits become wrong while it is timed', async () => {
    const { rows, skipped } = await measure(engineOf(right, right, new Float32Array(3)));
    expect(rows.map(({ engine, ratio }) => [engine, ratio])).toEqual([['albert-web', {}]]);
    expect(skipped).toMatchObject([{ what: 'onnxruntime-web f32 on wasm, mini, batch 1, length 8' }]);
  });
});
