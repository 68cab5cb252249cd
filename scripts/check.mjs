// `npm test`: runs every gate, two at a time on at least two cores, since most use one core.
import { mkdtempSync } from 'node:fs';
import { availableParallelism, constants, tmpdir } from 'node:os';
import path from 'node:path';
import { missingEngines, summaryTable } from './test-summary.mjs';
import { ensureChromium } from './ensure-chromium.mjs';
import { runGates } from './gates/run.mjs';

/**
 * Scripts of package.json, each with the scripts that must pass first. The first one that can start is started: fast checks are
 * listed first, then the longest ones.
 */
const needs = {
  // Generates sources for the type checker, the linter and the tests.
  'build:wasm': [],
  'check:format': [],
  'check:cycles': ['build:wasm'],
  'check:lint': ['build:wasm'],
  'build:packages': ['build:wasm'],
  // Both write the output of `tsc --build`, so they must not run at the same time.
  'check:types': ['build:packages'],
  'build:pages': ['check:types'],
  'test:node': ['build:wasm'],
  hygiene: ['build:pages'],
  'docs:build': ['build:pages'],
  'test:pages': ['build:pages', 'docs:build'],
  'test:wasm': ['build:wasm'],
  'test:webgl': ['build:wasm'],
  'test:webgpu': ['build:wasm'],
  // Firefox and WebKit, if they are installed.
  'test:engine-pages': ['build:pages'],
  'test:engines': ['build:wasm'],
};
const pnpm = path.join(import.meta.dirname, 'pnpm.mjs');
const gates = Object.entries(needs).map(([name, needs]) => ({
  name,
  command: [process.execPath, pnpm, 'run', name],
  needs,
}));

process.env.CHROMIUM_PATH = ensureChromium();
process.env.TEST_COUNTS = path.join(mkdtempSync(path.join(tmpdir(), 'albert-test-')), 'counts');
const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => interrupted.abort(name));

const lanes = Math.min(2, availableParallelism());
const failure = await runGates(gates, { lanes, signal: interrupted.signal, print: console.log });
if (failure) process.exit(failure.code);
if (interrupted.signal.aborted) process.exit(128 + constants.signals[interrupted.signal.reason]);
console.log(`\nAll gates passed.\n\n${summaryTable(process.env.TEST_COUNTS)}`);
for (const line of missingEngines()) console.log(line);
