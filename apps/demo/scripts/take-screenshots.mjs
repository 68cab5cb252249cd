// What the screenshots of demo and bench share.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright';
import sharp from 'sharp';
import { chromiumFlags, findChromium } from '@albert-web/browser/chromium';
import { isolationHeaders, startStaticServer } from '@albert-web/browser/static-server';

const target = process.env.SCREENSHOTS ?? path.join(import.meta.dirname, '../../../docs/screenshots');

const screens = {
  wide: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5 },
};

/** Both schemes where people look first; for the other states a light wide screen and a dark phone show enough. */
const shotsOf = (everyScheme) =>
  everyScheme
    ? Object.keys(screens).flatMap((screen) => ['light', 'dark'].map((scheme) => [screen, scheme]))
    : [
        ['wide', 'light'],
        ['phone', 'dark'],
      ];

/**
 * Takes a picture of each state, or of those named on the command line.
 *
 * @param states by name: `hash` is opened, `before` prepares the browser, `after` acts in the page; `inView` takes what fits into the
 * window, in place of the whole page.
 * @param mounts what is served, by path.
 */
export async function takeScreenshots(states, mounts) {
  const only = process.argv.slice(2);
  const server = await startStaticServer({ mounts, headers: isolationHeaders });
  const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
  await mkdir(target, { recursive: true });
  try {
    for (const [name, state] of Object.entries(states)) {
      if (only.length > 0 && !only.includes(name)) continue;
      for (const [screen, scheme] of shotsOf(state.everyScheme)) {
        const png = await take(browser, `${server.url}/${state.hash ?? ''}`, state, screen, scheme);
        const file = `${name}-${screen}-${scheme}.png`;
        // A page of few colors: a palette is a third of the size, and looks the same.
        await sharp(png).png({ palette: true, quality: 90, effort: 10 }).toFile(path.join(target, file));
        console.log(file);
      }
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

async function take(browser, url, { before, after, inView = false }, screen, colorScheme) {
  const context = await browser.newContext({
    ...screens[screen],
    colorScheme,
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
  });
  try {
    await before?.(context);
    const page = await context.newPage();
    await page.goto(url);
    await after(page);
    await page.mouse.move(0, 0);
    return await page.screenshot({ fullPage: !inView });
  } finally {
    await context.close();
  }
}
