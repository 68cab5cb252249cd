// `node scripts/test-engines.mjs device|pages`: runs suites in Firefox and WebKit, one project after another, since two browsers at
// once slow each other down.
import { engines, installedEngines } from '@albert-web/browser/engines';
import { runPnpm } from './pnpm.mjs';

const [kind] = process.argv.slice(2);

for (const engine of installedEngines()) {
  for (const what of kind === 'pages' ? ['pages'] : engines[engine].backends) {
    const status = runPnpm(['exec', 'vitest', 'run', '--project', `${engine}-${what}`]);
    if (status !== 0) process.exit(status);
  }
}
