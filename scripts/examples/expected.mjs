// What every example must say.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');
const pair = ['Roman soldiers built the bridge.', 'The bridge was built by Roman soldiers.'];

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

/** What a page must answer: the default model on the pair above. The kernels compute in 8 bits, the expectation in 32. */
export function sameVerdict(probability) {
  return { answer: 'The same', least: probability - 0.01, most: probability + 0.01 };
}

/** A model that has just been trained need not be sure, but right. */
export const trainedVerdict = { answer: 'weather', least: 0.6, most: 1 };

/** What the pages write: `The same (0.987), on wasm with 2 threads`. @throws Error when a text is something else. */
export function readVerdict(text) {
  const [, answer, probability, backend, threads] =
    /^(.+) \((\d\.\d+)\), on (\w+) with (\d+) threads$/u.exec(text.trim()) ?? [];
  if (answer === undefined) throw new Error(`It says: ${text}`);
  return { answer, probability: Number(probability), backend, threads: Number(threads) };
}

/** @throws Error for another answer, a probability out of bounds, or another backend than wasm. */
export function checkVerdict({ answer, probability, backend }, expected) {
  if (answer !== expected.answer) throw new Error(`${answer} instead of ${expected.answer}`);
  if (probability < expected.least || probability > expected.most)
    throw new Error(`Probability ${probability}, expected ${expected.least} to ${expected.most}`);
  if (backend !== 'wasm') throw new Error(`It runs on ${backend} instead of wasm`);
}
