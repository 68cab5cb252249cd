// Drives pages without a bundler. The folder `albert/` beside them is the package's `dist/`.
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright';
import { chromiumFlags } from '@albert-web/browser/chromium';
import { ensureChromium } from '../ensure-chromium.mjs';
import { isolationHeaders } from '@albert-web/browser/static-server';
import { driveRoutes, verdictOf, withChromium, withServer } from './drive.mjs';

/** Drives a single page like those of bundlers. */
export async function drivePlain({ folder, expected }) {
  const site = { mounts: { '/': folder }, headers: isolationHeaders };
  return [{ mode: 'page', ...(await withServer(site, (url) => driveRoutes(url, expected, ['/']))) }];
}

/** Drives a single page, served without extra headers. */
export async function driveSite({ folder }, afterVerdict = async () => undefined) {
  await withServer({ mounts: { '/': folder } }, (url) =>
    withChromium(async (browser) => {
      const page = await browser.newPage();
      await page.goto(`${url}/`);
      await expectSame(page);
      await afterVerdict(page);
    }),
  );
  return [{ mode: 'page', routes: '/' }];
}

/**
 * Drives the offline example. On the second visit, the service worker is active and fills its cache; the third visit is without a
 * network; the fourth gets the changed files.
 */
export function driveOffline({ folder }) {
  return driveSite({ folder }, async (page) => {
    await page.reload();
    await expectSame(page);
    await page.context().setOffline(true);
    await page.reload();
    await expectSame(page);
    await page.context().setOffline(false);
    writeFileSync(path.join(folder, 'index.html'), '<p>A new version</p>');
    await page.reload();
    await page.getByText('A new version').waitFor();
  });
}

/** Drives an unpacked Chromium extension. */
export async function driveExtension({ folder }) {
  const profile = path.join(folder, '../profile');
  rmSync(profile, { recursive: true, force: true });
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: ensureChromium(),
    args: [...chromiumFlags, '--headless=new', `--disable-extensions-except=${folder}`, `--load-extension=${folder}`],
    headless: false,
  });
  try {
    const page = await context.newPage();
    await page.goto(`chrome-extension://${extensionId(folder)}/page.html`);
    await expectSame(page);
  } finally {
    await context.close();
  }
  return [{ mode: 'page', routes: 'page.html' }];
}

/** Computes the id of an unpacked extension: the first 32 hex digits of its path's SHA-256, written with the letters a to p. */
function extensionId(folder) {
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  return Array.from(digest, (digit) => String.fromCharCode(97 + parseInt(digit, 16))).join('');
}

async function expectSame(page) {
  const text = await verdictOf(page);
  if (!text.startsWith('The same')) throw new Error(`${page.url()} says: ${text}`);
}
