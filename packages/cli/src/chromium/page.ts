/** A headless Chromium page with the CLI's bundle, and a server for local folders. */
import { fileURLToPath } from 'node:url';
import type * as Playwright from 'playwright-core';
import type { Page } from 'playwright-core';
import { chromiumFlags, findChromium } from '@albert-web/browser/chromium';
import { isolationHeaders, startStaticServer } from '@albert-web/browser/static-server';
import { NoChromiumError } from '../errors.ts';

/**
 * Opens the built page, runs `task` in it, and closes everything.
 *
 * @param folders folders to serve, by URL prefix (`/model/`)
 * @throws NoChromiumError
 */
export async function withChromiumPage<T>(
  folders: Readonly<Record<string, string>>,
  task: (page: Page, origin: string) => Promise<T>,
): Promise<T> {
  const executablePath = findChromium();
  if (!executablePath) {
    throw new NoChromiumError({
      problem: 'No Chromium was found on this machine',
      remedy: 'Install Chrome or Chromium, or set CHROMIUM_PATH to its executable',
    });
  }
  const { chromium } = await loadPlaywright();
  const mounts = { '/': fileURLToPath(new URL('./page/', import.meta.url)), ...folders };
  const server = await startStaticServer({ mounts, headers: isolationHeaders });
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.waitForFunction(() => 'albertCli' in globalThis);
    return await task(page, server.url);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Optional: most commands need no browser. */
async function loadPlaywright(): Promise<typeof Playwright> {
  try {
    return await import('playwright-core');
  } catch (cause) {
    throw new NoChromiumError(
      {
        problem: 'The package playwright-core, which drives Chromium, is not installed',
        remedy: 'Run npm install playwright-core',
      },
      { cause },
    );
  }
}
