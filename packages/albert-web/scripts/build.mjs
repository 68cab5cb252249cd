// Builds the published package: `dist`, the folder that a site serves, and `lib`, which `import` resolves to.
import { execFileSync } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const packageFolder = path.join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

/** Runs the command of an installed package with this Node. */
function runTool(name, bin, ...args) {
  const folder = path.dirname(require.resolve(`${name}/package.json`));
  execFileSync(process.execPath, [path.join(folder, bin), ...args], { cwd: packageFolder, stdio: 'inherit' });
}

for (const config of [
  'vite.config.ts',
  'vite.classic.config.ts',
  'vite.service-worker.config.ts',
  'vite.inline.config.ts',
  'vite.inline-training.config.ts',
  'vite.browser.config.ts',
])
  runTool('vite', 'bin/vite.js', 'build', '--config', config);
runTool('tsdown', 'dist/run.mjs', '--config', 'tsdown.config.ts');
// The script for bundlers includes both workers as text, so it also needs their notices.
for (const [worker, notices] of [
  ['inference', 'THIRD-PARTY-NOTICES.md'],
  ['training', 'THIRD-PARTY-NOTICES.training.md'],
])
  await cp(
    path.join(packageFolder, '.cache/inline', worker, notices),
    path.join(packageFolder, 'lib/browser', notices),
  );
// The page that the command line opens in headless Chromium. Files of an earlier build have other names and would be packed too.
await rm(path.join(packageFolder, 'lib/page'), { recursive: true, force: true });
await cp(path.join(packageFolder, '../cli/dist/page'), path.join(packageFolder, 'lib/page'), { recursive: true });
