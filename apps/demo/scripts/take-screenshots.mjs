// Shared by the screenshots of demo and bench.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { isolationHeaders, startStaticServer } from '@albert-web/browser/static-server';

/** The folder for all views that it does not contain yet. If unset, only the views that the repository keeps are taken. */
const everything = process.env.SCREENSHOTS;
const target = everything ?? path.join(import.meta.dirname, '../../../docs/screenshots');

const wide = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

/** Window sizes, with the device pixels per CSS pixel. */
const screens = {
  wide: { viewport: wide, deviceScaleFactor: 1 },
  phone: { viewport: phone, deviceScaleFactor: 1.5 },
};

/** Emulated media features, and the direction of the page. */
const looks = {
  light: { media: { colorScheme: 'light' } },
  dark: { media: { colorScheme: 'dark' } },
  forced: { media: { colorScheme: 'dark', forcedColors: 'active' } },
  rtl: { media: { colorScheme: 'light' }, direction: 'rtl' },
};
/** Maximum milliseconds of a step on a busy machine. */
const slowest = 120_000;

const plainMedia = { colorScheme: 'light', forcedColors: 'none', media: 'screen' };

/** Views of each screen, by name: every look, a phone in landscape orientation, and print. */
const viewsOf = {
  wide: { ...looks, print: { media: { media: 'print' }, viewport: { width: 794, height: 1123 } } },
  phone: { ...looks, sideways: { media: {}, viewport: { width: phone.height, height: phone.width } } },
};

/** The views that the repository keeps, unless a state names others. */
const usualViews = ['wide-light', 'phone-dark'];

/**
 * Takes screenshots of each state, or of those named on the command line. An interrupted run continues where it stopped. If a state
 * fails, the others are still taken.
 *
 * @param states by name: `hash` is opened, `before` prepares the browser, `after` acts in the page; `inView` captures the window
 * instead of the whole page; `kept` names the views that the repository keeps, if they are not the usual two
 * @param mounts folders to serve, by path
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

/** Brings a page into a state once, and captures all its views. */
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

/** Runs in the page: sets its direction, scrolls to its top, and waits until it is drawn. */
async function prepareLook(direction) {
  document.documentElement.dir = direction;
  scrollTo(0, 0);
  for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
}
