// Pages without a bundler: the folder `albert/` beside them is the package's `dist/`.
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright';
import { chromiumFlags } from '@albert-web/browser/chromium';
import { ensureChromium } from '../ensure-chromium.mjs';
import { isolationHeaders } from '@albert-web/browser/static-server';
import { driveRoutes, verdictOf, withChromium, withServer } from './drive.mjs';

/** One page, driven as the bundlers' are. */
export async function drivePlain({ folder, expected }) {
  const site = { mounts: { '/': folder }, headers: isolationHeaders };
  return [{ mode: 'page', ...(await withServer(site, (url) => driveRoutes(url, expected, ['/']))) }];
}

/** One page, served as it is. */
export async function driveSite({ folder }, goOn = async () => undefined) {
  await withServer({ mounts: { '/': folder } }, (url) =>
    withChromium(async (browser) => {
      const page = await browser.newPage();
      await page.goto(`${url}/`);
      await expectSame(page);
      await goOn(page);
    }),
  );
  return [{ mode: 'page', routes: '/' }];
}

/**
 * The second visit finds the service worker at work and fills its cache; the third is made without a network; the fourth gets
 * what has changed.
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

/** An unpacked extension of Chromium. */
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

/** An unpacked extension is named by its folder: the first 32 hex digits of the path's SHA-256, written with a to p. */
function extensionId(folder) {
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  return Array.from(digest, (digit) => String.fromCharCode(97 + parseInt(digit, 16))).join('');
}

async function expectSame(page) {
  const text = await verdictOf(page);
  if (!text.startsWith('The same')) throw new Error(`${page.url()} says: ${text}`);
}
