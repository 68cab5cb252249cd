// What the screenshots of demo and bench share.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { isolationHeaders, startStaticServer } from '@albert-web/browser/static-server';

/** Every view goes into this folder, unless it is there already; without it, the few that the repository keeps go into its own. */
const everything = process.env.SCREENSHOTS;
const target = everything ?? path.join(import.meta.dirname, '../../../docs/screenshots');

const wide = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

/** Windows, and how many pixels of the screen a CSS pixel has. */
const screens = {
  wide: { viewport: wide, deviceScaleFactor: 1 },
  phone: { viewport: phone, deviceScaleFactor: 1.5 },
};

/** What the browser is asked for, and the direction of the page. */
const looks = {
  light: { media: { colorScheme: 'light' } },
  dark: { media: { colorScheme: 'dark' } },
  forced: { media: { colorScheme: 'dark', forcedColors: 'active' } },
  rtl: { media: { colorScheme: 'light' }, direction: 'rtl' },
};
/** Milliseconds that a busy machine may take for a step. */
const slowest = 120_000;

const plainMedia = { colorScheme: 'light', forcedColors: 'none', media: 'screen' };

/** Views of one screen by name: each look, a phone held sideways, and on paper. */
const viewsOf = {
  wide: { ...looks, print: { media: { media: 'print' }, viewport: { width: 794, height: 1123 } } },
  phone: { ...looks, sideways: { media: {}, viewport: { width: phone.height, height: phone.width } } },
};

/** Those that are kept, unless a state names others. */
const usualViews = ['wide-light', 'phone-dark'];

/**
 * Takes pictures of each state, or of those named on the command line. A run that was stopped goes on where it was; a state that
 * fails does not keep the others from being taken.
 *
 * @param states by name: `hash` is opened, `before` prepares the browser, `after` acts in the page; `inView` takes what fits into the
 * window, in place of the whole page; `kept` names the views that the repository keeps, where they are not the usual two.
 * @param mounts what is served, by path.
 */
export async function takeScreenshots(states, mounts) {
  const only = process.argv.slice(2);
  const server = await startStaticServer({ mounts, headers: isolationHeaders });
  const browser = await launchChromium();
  await mkdir(target, { recursive: true });
  try {
    for (const [name, state] of Object.entries(states)) {
      if (only.length > 0 && !only.includes(name)) continue;
      for (const screen of Object.keys(screens)) {
        const views = Object.entries(viewsOf[screen]).filter(([look]) => isWanted(name, `${screen}-${look}`, state));
        if (views.length === 0) continue;
        try {
          await takeViews(browser, `${server.url}/${state.hash ?? ''}`, { name, state, screen, views });
        } catch (error) {
          console.error(`${name} on ${screen}: ${error.message.split('\n')[0]}`);
          process.exitCode = 1;
        }
      }
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

function isWanted(name, view, { kept = usualViews }) {
  return everything === undefined ? kept.includes(view) : !existsSync(path.join(target, `${name}-${view}.webp`));
}

/** Brings a page into the state once, and looks at it in every way. */
async function takeViews(browser, url, { name, state: { before, after, inView = false }, screen, views }) {
  const context = await browser.newContext({ ...screens[screen], reducedMotion: 'reduce', serviceWorkers: 'block' });
  try {
    await before?.(context);
    const page = await context.newPage();
    page.setDefaultTimeout(slowest);
    await page.goto(url);
    await after(page);
    await page.mouse.move(0, 0);
    for (const [look, { media, direction = 'ltr', viewport = screens[screen].viewport }] of views) {
      await page.emulateMedia({ ...plainMedia, ...media });
      await page.setViewportSize(viewport);
      await page.evaluate(prepareLook, direction);
      const file = `${name}-${screen}-${look}.webp`;
      const png = await page.screenshot({ fullPage: !inView });
      await sharp(png).webp({ quality: 60, effort: 6 }).toFile(path.join(target, file));
      console.log(file);
    }
  } finally {
    await context.close();
  }
}

/** Runs in the page: turns it around, scrolls to its top, and waits until it is drawn. */
async function prepareLook(direction) {
  document.documentElement.dir = direction;
  scrollTo(0, 0);
  for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
}
