// What every example must say.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');
const pair = ['It rained all night.', 'It was raining the whole night.'];

/** The pair's probability, computed by TensorFlow.js's plain operations instead of the kernels that pages run. */
export function expectedProbability() {
  const cli = path.join(root, 'packages/albert-web/bin/albert.js');
  const args = [
    cli,
    'paraphrase',
    '--model',
    path.join(root, 'weights/default'),
    '--backend',
    'cpu',
    '--json',
    ...pair,
  ];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })).probability;
}

/** What the pages write: `The same (0.987), on wasm with 2 threads`. @throws Error when a text is something else. */
export function readVerdict(text) {
  const [, verdict, probability, backend, threads] =
    /^(The same|Different) \((\d\.\d+)\), on (\w+) with (\d+) threads$/u.exec(text.trim()) ?? [];
  if (verdict !== 'The same') throw new Error(`It says: ${text}`);
  return { probability: Number(probability), backend, threads: Number(threads) };
}

/** The kernels compute in 8 bits, the expectation in 32. @throws Error */
export function checkVerdict({ probability, backend }, expected) {
  if (Math.abs(probability - expected) > 0.01) throw new Error(`Probability ${probability} instead of ${expected}`);
  if (backend !== 'wasm') throw new Error(`It runs on ${backend} instead of wasm`);
}
