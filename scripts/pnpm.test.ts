/** `npm start` and `npm test` begin with `pnpm.mjs`, which must also work if the folder has an unusual name. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pnpm-'));
  const clone = path.join(folder, 'a clone ü');
  mkdirSync(clone);
  for (const file of ['pnpm.mjs', 'is-main.mjs', 'spawn-tool.mjs'])
    cpSync(path.join(import.meta.dirname, file), path.join(clone, 'scripts', file));
  writeFileSync(path.join(clone, 'package.json'), JSON.stringify({ packageManager: 'pnpm@1.2.3' }));
  writeFileSync(path.join(folder, 'running.mjs'), "console.log('ran', ...process.argv.slice(2));");
  symlinkSync(clone, path.join(folder, 'link'), 'junction');
});
afterAll(() => rmSync(folder, { recursive: true }));

it.each(['a clone ü', 'link'])('runs pnpm in the folder "%s"', (clone) => {
  const env = {
    ...process.env,
    npm_config_user_agent: 'pnpm/1.2.3 node',
    npm_execpath: path.join(folder, 'running.mjs'),
  };
  const said = execFileSync(process.execPath, [path.join(folder, clone, 'scripts/pnpm.mjs'), 'run', 'serve'], {
    env,
    encoding: 'utf8',
  });
  expect(said).toBe('ran run serve\n');
});
