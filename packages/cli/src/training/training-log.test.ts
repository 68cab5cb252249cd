import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecords } from '@albert-web/training';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RunFolder } from './run-folder.ts';
import { TrainingLog } from './training-log.ts';

let path: string;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'albert-log-'));
});
afterEach(() => rm(path, { recursive: true, force: true }));

const report = (step: number) => ({ step, loss: 1 / step, gradientNorm: 1, learningRate: 1e-5 });

async function steps(): Promise<number[]> {
  const text = await readFile(join(path, 'training_log.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { step: number }).step);
}

it('forgets the steps after the one a run resumes at', async () => {
  const folder = await RunFolder.open(path);
  const first = await TrainingLog.open(folder, 0);
  for (const step of [1, 2, 3, 4]) await first.step(report(step));
  const second = await TrainingLog.open(folder, 2);
  await second.step(report(3));
  expect(await steps()).toEqual([1, 2, 3]);
});

it('writes event files whose records are whole', async () => {
  const log = await TrainingLog.open(await RunFolder.open(path), 0);
  await log.step(report(1));
  await log.evaluation({ step: 1, metrics: { eval_loss: 0.5 }, best: true });
  const name = (await readdir(path)).find((file) => file.startsWith('events.out.tfevents.'));
  const bytes = new Uint8Array(await readFile(join(path, name ?? '')));
  const records: Uint8Array[] = [];
  for await (const record of readRecords(
    (async function* () {
      yield bytes;
    })(),
    'events',
  ))
    records.push(record);
  expect(records).toHaveLength(3);
  expect(new TextDecoder().decode(records[0])).toContain('brain.Event:2');
  expect(new TextDecoder().decode(records[1])).toContain('learning_rate');
});

it('draws the losses of training and dev set', async () => {
  const log = await TrainingLog.open(await RunFolder.open(path), 0);
  for (let step = 1; step <= 30; step++) await log.step(report(step));
  await log.drawCurve([{ step: 30, metrics: { eval_loss: 0.5 }, best: true }]);
  const svg = await readFile(join(path, 'loss_curve.svg'), 'utf8');
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/u);
  expect(svg.match(/<circle/gu)?.length).toBeGreaterThanOrEqual(30);
});
