import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecords } from '@albert-web/training';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startBar } from '../progress-bar.ts';
import { RunFolder } from './folder.ts';
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

it('removes the steps after the one at which a run resumes', async () => {
  const folder = await RunFolder.open(path);
  const first = await TrainingLog.open(folder, 0);
  for (const step of [1, 2, 3, 4]) await first.step(report(step));
  const second = await TrainingLog.open(folder, 2);
  await second.step(report(3));
  expect(await steps()).toEqual([1, 2, 3]);
});

it('returns the losses of all steps, including those before a resume, so that the displayed mean is the same', async () => {
  const shown: string[] = [];
  const print = vi
    .spyOn(console, 'log')
    .mockImplementation((line: string) => void shown.push(line.split(' ')[3] ?? ''));
  const folder = await RunFolder.open(path);
  const through = async (log: TrainingLog, from: number, to: number): Promise<void> => {
    const bar = startBar(20, from, log.losses);
    for (let step = from + 1; step <= to; step++) {
      await log.step(report(step));
      bar.update(step, report(step).loss);
    }
  };
  await through(await TrainingLog.open(folder, 0), 0, 20);
  await through(await TrainingLog.open(folder, 0), 0, 15);
  await through(await TrainingLog.open(folder, 13), 13, 20);
  print.mockRestore();
  // Steps 10 and 20 in one run; step 10, then 20 after a resume.
  const [, whole] = shown;
  expect(shown).toHaveLength(4);
  expect(shown[3]).toBe(whole);
});

it('skips lines that are not reports', async () => {
  const folder = await RunFolder.open(path);
  const lines = [JSON.stringify(report(1)), 'null', '{}', '[1]', '{"step":2,"loss":"x"}', '{"step":3,"lo'];
  await writeFile(join(path, 'training_log.jsonl'), lines.join('\n'));
  expect((await TrainingLog.open(folder, 5)).losses).toEqual([1]);
});

it('writes event files with complete records', async () => {
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

it('draws the losses on the training and dev sets', async () => {
  const log = await TrainingLog.open(await RunFolder.open(path), 0);
  for (let step = 1; step <= 30; step++) await log.step(report(step));
  await log.drawCurve([{ step: 30, metrics: { eval_loss: 0.5 }, best: true }]);
  const svg = await readFile(join(path, 'loss_curve.svg'), 'utf8');
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/u);
  expect(svg.match(/<circle/gu)?.length).toBeGreaterThanOrEqual(30);
});
