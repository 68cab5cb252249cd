// Runs the library and the command line in Node 20, 22 and 24, Bun and Deno, each installed from npm.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkVerdict, readVerdict } from './expected.mjs';
import { npm } from './projects.mjs';

const pair = ['Roman soldiers built the bridge.', 'The bridge was built by Roman soldiers.'];
/** The npm package and the command of each runtime. */
const runtimes = {
  'Node 20': { install: 'node@20', command: 'node', args: [] },
  'Node 22': { install: 'node@22', command: 'node', args: [] },
  'Node 24': { install: 'node@24', command: 'node', args: [] },
  Bun: { install: 'bun@1.4.5', command: 'bun', args: [] },
  Deno: { install: 'deno@2.9.6', command: 'deno', args: ['run', '--allow-all'] },
};

/** Drives all runtimes. First checks types with both module resolutions. @returns two rows for each runtime */
export async function driveRuntimes({ folder, expected }) {
  await npm(folder, 'run', 'build', '--silent');
  const rows = [];
  for (const [mode, runtime] of Object.entries(runtimes)) {
    const run = await installRuntime(path.join(folder, '../runtimes', runtime.install), runtime, folder);
    const verdict = readVerdict(run('dist/main.js'));
    checkVerdict(verdict, expected);
    const result = JSON.parse(run('node_modules/albert-web/bin/albert.js', 'paraphrase', '--json', ...pair));
    checkVerdict({ ...result, answer: result.paraphrase ? 'The same' : 'Different', backend: 'wasm' }, expected);
    rows.push({ mode, routes: 'load()', ...verdict });
    rows.push({ mode, routes: 'albert paraphrase', probability: result.probability.toFixed(3), backend: 'wasm' });
  }
  return rows;
}

/** Installs a runtime. @returns a function that runs a script in `cwd` and returns its output */
async function installRuntime(home, { install, command, args }, cwd) {
  mkdirSync(home, { recursive: true });
  writeFileSync(path.join(home, 'package.json'), '{ "private": true }\n');
  await npm(home, 'install', '--no-audit', '--no-fund', '--silent', install);
  return (...rest) =>
    execFileSync(path.join(home, 'node_modules/.bin', command), [...args, ...rest], { cwd, encoding: 'utf8' });
}
