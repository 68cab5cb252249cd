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
  sideways: { viewport: { width: 844, height: 390 }, deviceScaleFactor: 1.5 },
};

/** Ways to look at a state: a screen, what the browser is asked for, and the direction of the page. */
const views = {
  'wide-light': { screen: 'wide', media: { colorScheme: 'light' } },
  'wide-dark': { screen: 'wide', media: { colorScheme: 'dark' } },
  'wide-forced': { screen: 'wide', media: { colorScheme: 'dark', forcedColors: 'active' } },
  'phone-light': { screen: 'phone', media: { colorScheme: 'light' } },
  'phone-dark': { screen: 'phone', media: { colorScheme: 'dark' } },
  'phone-rtl': { screen: 'phone', media: { colorScheme: 'light' }, direction: 'rtl' },
  'sideways-light': { screen: 'sideways', media: { colorScheme: 'light' } },
};
/** Where people look first. */
export const everyView = Object.keys(views);
const usualViews = ['wide-light', 'phone-dark'];

/**
 * Takes a picture of each state, or of those named on the command line.
 *
 * @param states by name: `hash` is opened, `before` prepares the browser, `after` acts in the page; `inView` takes what fits into the
 * window, in place of the whole page; `seen` names the views, where they are not the usual two.
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
      for (const view of state.seen ?? usualViews) {
        const png = await take(browser, `${server.url}/${state.hash ?? ''}`, state, views[view]);
        const file = `${name}-${view}.webp`;
        await sharp(png).webp({ quality: 60, effort: 6 }).toFile(path.join(target, file));
        console.log(file);
      }
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

async function take(browser, url, { before, after, inView = false }, { screen, media, direction = 'ltr' }) {
  const context = await browser.newContext({
    ...screens[screen],
    ...media,
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
  });
  try {
    await before?.(context);
    const page = await context.newPage();
    await page.goto(url);
    await page.evaluate((direction) => (document.documentElement.dir = direction), direction);
    await after(page);
    await page.mouse.move(0, 0);
    return await page.screenshot({ fullPage: !inView });
  } finally {
    await context.close();
  }
}
