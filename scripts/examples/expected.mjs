// The expected verdict of every example.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');
const pair = ['Roman soldiers built the bridge.', 'The bridge was built by Roman soldiers.'];

/** Computes the pair's probability with TensorFlow.js's plain operations instead of the kernels that pages run. */
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

/** Returns the expected verdict of the default model on the pair above. The kernels compute in 8 bits, the expectation in 32. */
export function sameVerdict(probability) {
  return { answer: 'The same', least: probability - 0.01, most: probability + 0.01 };
}

/** A freshly trained model must be right, but need not be sure. */
export const trainedVerdict = { answer: 'weather', least: 0.6, most: 1 };

/** Parses the text of a page: `The same (0.987), on wasm with 2 threads`. @throws Error for other texts */
export function readVerdict(text) {
  const [, answer, probability, backend, threads] =
    /^(.+) \((\d\.\d+)\), on (\w+) with (\d+) threads$/u.exec(text.trim()) ?? [];
  if (answer === undefined) throw new Error(`It says: ${text}`);
  return { answer, probability: Number(probability), backend, threads: Number(threads) };
}

/** Checks a verdict. @throws Error for another answer, a probability out of bounds, or a backend other than wasm */
export function checkVerdict({ answer, probability, backend }, expected) {
  if (answer !== expected.answer) throw new Error(`${answer} instead of ${expected.answer}`);
  if (probability < expected.least || probability > expected.most)
    throw new Error(`Probability ${probability}, expected ${expected.least} to ${expected.most}`);
  if (backend !== 'wasm') throw new Error(`It runs on ${backend} instead of wasm`);
}
