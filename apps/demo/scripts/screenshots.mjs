// Pictures of every state of the built page, on a phone and on a wide screen, light and dark: docs/screenshots/.
import path from 'node:path';
import { takeScreenshots } from './take-screenshots.mjs';

const root = path.join(import.meta.dirname, '../../..');

const settled = (page) =>
  page.locator('#verdict:is([data-kind=same], [data-kind=different], [data-kind=unsure])').waitFor();
/** On a phone what a verdict rests on is folded, and not computed before it is opened. */
const explained = async (page) => {
  if (!(await page.locator('#how').evaluate(({ open }) => open))) await page.locator('#how > summary').click();
  await page.locator('#alignment-note').filter({ hasText: 'Found in' }).waitFor();
};

const states = {
  same: {
    everyScheme: true,
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
    inView: true,
    after: async (page) => {
      await settled(page);
      await page.locator('#model-button').click();
    },
  },
};

await takeScreenshots(states, {
  '/': process.env.DEMO ?? path.join(root, 'apps/demo/dist'),
  '/sentence/': path.join(root, 'weights/sentence'),
});
