import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { summaryTable } from './test-summary.mjs';

it('has a row for each engine and suite, sorted by name', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'albert-counts-'));
  const file = path.join(folder, 'counts');
  const counts = ['node', 'wasm (chromium)', 'firefox-webgl (firefox)', 'webkit-pages'].map((project, i) =>
    JSON.stringify({ project, passed: 10 + i, failed: 0, skipped: i, seconds: 7 }),
  );
  writeFileSync(file, `${counts.join('\n')}\n`);
  expect(summaryTable(file).split('\n')).toEqual([
    '                       passed  skipped     time',
    'Chromium, wasm             11        1      7 s',
    'Firefox, webgl             12        2      7 s',
    'Node                       10        0      7 s',
    'WebKit, pages              13        3      7 s',
  ]);
  rmSync(folder, { recursive: true });
});
