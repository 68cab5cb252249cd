// Provides Chromium for the browser tests and the examples.
import { findChromium } from '@albert-web/browser/chromium';
import { spawnTool } from './spawn-tool.mjs';

/** Finds Chromium, or installs Playwright's or, as root, Debian's. @throws Error that says what to do */
export function ensureChromium() {
  const found = findChromium();
  if (found) return found;
  console.log('No Chromium found: trying to install one for the browser tests.');
  const attempts = [
    ['npx', ['playwright', 'install', 'chromium']],
    ...(process.getuid?.() === 0
      ? [
          ['apt-get', ['update']],
          ['apt-get', ['install', '-y', '--no-install-recommends', 'chromium']],
        ]
      : []),
  ];
  for (const [command, args] of attempts) {
    spawnTool(command, args, { stdio: 'inherit', timeout: 600_000 });
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new Error(
    'The browser tests need Chromium, and none could be installed. Install Chrome or Chromium, or set CHROMIUM_PATH to its executable.',
  );
}
