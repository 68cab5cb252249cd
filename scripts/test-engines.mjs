// The suites of Firefox and WebKit, one project after another: two browsers at once take each other's time.
import { engines, installedEngines } from '@albert-web/browser/engines';
import { runPnpm } from './pnpm.mjs';

for (const engine of installedEngines()) {
  for (const what of [...engines[engine].backends, 'pages']) {
    const status = runPnpm(['exec', 'vitest', 'run', '--project', `${engine}-${what}`]);
    if (status !== 0) process.exit(status);
  }
}
