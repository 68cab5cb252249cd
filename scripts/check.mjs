// `npm test`: every gate in the order in which it is cheapest to fail.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { closingTable, leftOut } from './closing-table.mjs';
import { ensureChromium } from './ensure-chromium.mjs';
import { runPnpm } from './pnpm.mjs';

const gates = [
  // Makes sources that the type checker and the linter read.
  'build:wasm',
  'check:format',
  'check:lint',
  'check:cycles',
  'check:types',
  'test:node',
  'build:packages',
  'build:pages',
  'hygiene',
  'docs:build',
  'test:browser',
  // Firefox and WebKit, where they are installed.
  'test:engines',
  'test:pages',
  'test:engine-pages',
];

process.env.CHROMIUM_PATH = ensureChromium();
process.env.TEST_COUNTS = path.join(mkdtempSync(path.join(tmpdir(), 'albert-test-')), 'counts');
for (const gate of gates) {
  const started = Date.now();
  console.log(`\n== ${gate}`);
  const status = runPnpm(['run', gate]);
  if (status !== 0) {
    console.error(`\n${gate} failed (exit ${status}).`);
    process.exit(status);
  }
  console.log(`== ${gate}: ok in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
console.log(`\nAll gates passed.\n\n${closingTable(process.env.TEST_COUNTS)}`);
for (const line of leftOut()) console.log(line);
