// `npm test`: first the gates that are cheapest to fail, then two lanes beside each other, since most suites keep one core busy.
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { installedEngines } from '@albert-web/browser/engines';
import { closingTable, leftOut } from './closing-table.mjs';
import { ensureChromium } from './ensure-chromium.mjs';

const first = [
  // Makes sources that the type checker and the linter read.
  'build:wasm',
  'check:format',
  'check:lint',
  'check:cycles',
  'check:types',
];

/** Only where there is another engine than Chromium. */
const others = (gate) => (installedEngines().length > 0 ? [gate] : []);

const lanes = [
  ['test:node', 'build:packages', 'build:pages', 'hygiene', 'docs:build', 'test:pages', ...others('test:engine-pages')],
  ['test:browser', ...others('test:engines')],
];

process.env.CHROMIUM_PATH = ensureChromium();
process.env.TEST_COUNTS = path.join(mkdtempSync(path.join(tmpdir(), 'albert-test-')), 'counts');
let failed = false;

/** Runs gates in order until one fails, in this lane or another. */
async function runLane(gates) {
  for (const gate of gates) {
    if (failed) return;
    const started = Date.now();
    console.log(`== ${gate}`);
    const { status, output } = await runGate(gate);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    // In one piece, so that two lanes do not mix.
    console.log(`${output}\n== ${gate}: ${status === 0 ? 'ok' : `failed (exit ${status})`} in ${seconds} s\n`);
    if (status !== 0) failed = true;
  }
}

function runGate(gate) {
  const pnpm = path.join(import.meta.dirname, 'pnpm.mjs');
  const child = spawn(process.execPath, [pnpm, 'run', gate], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}

await runLane(first);
await Promise.all(lanes.map(runLane));
if (failed) process.exit(1);
console.log(`All gates passed.\n\n${closingTable(process.env.TEST_COUNTS)}`);
for (const line of leftOut()) console.log(line);
