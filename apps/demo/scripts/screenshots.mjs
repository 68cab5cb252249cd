// Pictures of every state of the built page, on a phone and on a wide screen, light and dark: docs/screenshots/.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright';
import sharp from 'sharp';
import { chromiumFlags, findChromium } from '../../../scripts/chromium.mjs';
import { isolationHeaders, startStaticServer } from '../../../scripts/static-server.mjs';

const root = path.join(import.meta.dirname, '../../..');
const target = path.join(root, 'docs/screenshots');

const screens = {
  wide: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5 },
};

const settled = (page) => page.locator('#verdict[data-kind=same], #verdict[data-kind=different]').waitFor();
const explained = (page) => page.locator('#alignment-note').filter({ hasText: 'Found in' }).waitFor();

/** How each state comes about; `before` prepares the browser, `after` acts in the page. */
const states = {
  same: {
    after: async (page) => {
      await settled(page);
      await explained(page);
    },
  },
  different: {
    hash: '#a=How+do+I+learn+to+play+the+guitar%3F&b=Which+guitar+should+a+beginner+buy%3F&depth=4',
    after: async (page) => {
      await settled(page);
      await explained(page);
    },
  },
  alignment: {
    hash: `#a=${encodeURIComponent('The company said its profit rose by ten percent in the third quarter.')}&b=${encodeURIComponent('Third-quarter earnings were up 10 %, the firm announced.')}&settle=yes`,
    after: explained,
  },
  loading: {
    before: (context) => context.route('**/model-00002*', () => undefined),
    after: (page) => page.locator('#verdict-note').filter({ hasText: 'MB of' }).waitFor(),
  },
  'wrong-model': {
    hash: '#model=/assets/',
    after: (page) => page.getByRole('alert').waitFor(),
  },
  offline: {
    before: async (context) => {
      await context.addInitScript(() => Object.defineProperty(navigator, 'onLine', { get: () => false }));
      await context.route('**/weights/**', (route) => route.abort());
    },
    after: (page) => page.getByRole('alert').waitFor({ timeout: 60_000 }),
  },
  list: {
    hash: '#tab=rank',
    after: async (page) => {
      await page.locator('#rank-run:enabled').click();
      await page.locator('#ranking li').first().waitFor();
    },
  },
  file: {
    hash: '#tab=table',
    after: async (page) => {
      await page.getByRole('button', { name: 'Try ten pairs' }).click();
      await page.locator('#table-run:enabled').click();
      await page.locator('#table-score').filter({ hasText: 'of 10' }).waitFor();
    },
  },
  train: {
    hash: '#tab=train',
    after: async (page) => {
      await page.locator('#train-run:enabled').click();
      await page.locator('#train-status').filter({ hasText: 'Done' }).waitFor({ timeout: 120_000 });
    },
  },
  tasks: {
    hash: '#tab=tasks&model=./sentence/',
    after: async (page) => {
      await page.getByRole('button', { name: 'Nearest sentences' }).click();
      await page.locator('#task-result li').first().waitFor();
    },
  },
  models: {
    after: async (page) => {
      await settled(page);
      await page.locator('#model-button').click();
    },
  },
};

/** Both schemes where people look first; for the other states a light wide screen and a dark phone show enough. */
const shots = Object.keys(states).flatMap((state) =>
  state === 'same'
    ? Object.keys(screens).flatMap((screen) => ['light', 'dark'].map((scheme) => ({ state, screen, scheme })))
    : [
        { state, screen: 'wide', scheme: 'light' },
        { state, screen: 'phone', scheme: 'dark' },
      ],
);

const only = process.argv.slice(2);
const server = await startStaticServer({
  mounts: {
    '/': process.env.DEMO ?? path.join(root, 'apps/demo/dist'),
    '/sentence/': path.join(root, 'weights/sentence'),
  },
  headers: isolationHeaders,
});
const browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
await mkdir(target, { recursive: true });
try {
  for (const { state, screen, scheme } of shots) {
    if (only.length > 0 && !only.includes(state)) continue;
    const { hash = '', before, after } = states[state];
    const context = await browser.newContext({
      ...screens[screen],
      colorScheme: scheme,
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    });
    await before?.(context);
    const page = await context.newPage();
    await page.goto(`${server.url}/${hash}`);
    await after(page);
    const file = `${state}-${screen}-${scheme}.png`;
    await page.mouse.move(0, 0);
    const png = await page.screenshot({ fullPage: state !== 'models' });
    // A page of few colours: a palette is a third of the size, and looks the same.
    await sharp(png).png({ palette: true, quality: 90, effort: 10 }).toFile(path.join(target, file));
    console.log(file);
    await context.close();
  }
} finally {
  await browser.close();
  await server.close();
}
