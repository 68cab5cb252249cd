// Pictures of every tab and state of the built page: docs/screenshots/.
import path from 'node:path';
import { everyView, takeScreenshots } from './take-screenshots.mjs';

const root = path.join(import.meta.dirname, '../../..');

const settled = (page) => page.locator('#verdict[data-answer=fresh]').waitFor();
/** What a verdict rests on is folded on a phone, and not computed before it is opened. */
const explained = async (page) => {
  if (!(await page.locator('#how').evaluate(({ open }) => open))) await page.locator('#how > summary').click();
  await page.locator('#alignment-note').filter({ hasText: 'Found in' }).waitFor();
};
const pair = (a, b) => `#a=${encodeURIComponent(a)}&b=${encodeURIComponent(b)}`;

/** Rows from which a model learns another task than to compare. */
const reviews = {
  good: [
    'A wonderful film.',
    'I loved every minute.',
    'Great acting and a fine story.',
    'The best meal in years.',
    'Friendly staff, lovely rooms.',
    'It works perfectly.',
    'A joy to read.',
    'Beautiful and touching.',
  ],
  bad: [
    'A terrible film.',
    'I hated every minute.',
    'Poor acting and a dull story.',
    'The worst meal in years.',
    'Rude staff, dirty rooms.',
    'It never worked.',
    'A pain to read.',
    'Ugly and boring.',
  ],
};
const reviewRows = Object.entries(reviews).flatMap(([label, texts]) => texts.map((text) => `${text}\t${label}`));

/** Trains, and waits for the end. */
const train = async (page) => {
  await page.locator('#train-run:enabled').click();
  await page.locator('#train-status').filter({ hasText: 'Done' }).waitFor({ timeout: 240_000 });
};

const states = {
  same: { seen: everyView, after: settled },
  explained: {
    hash: pair(
      'The company said its profit rose by ten percent in the third quarter.',
      'Third-quarter earnings were up 10 %, the firm announced.',
    ),
    after: explained,
  },
  inside: {
    hash: `${pair('How do I learn to play the guitar?', 'Which guitar should a beginner buy?')}&depth=4`,
    after: async (page) => {
      await page.locator('#inside > summary').click();
      await page.locator('#chart rect').first().waitFor();
      await explained(page);
    },
  },
  unreadable: { hash: pair('החתול ישן על הספה.', 'البنك رفع سعر الفائدة.'), seen: ['phone-rtl'], after: settled },
  'other-language': { hash: pair('Die Katze schläft auf dem Sofa.', 'Die Bank hat den Zins erhöht.'), after: settled },
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
    seen: ['wide-light', 'wide-forced', 'phone-dark', 'phone-rtl'],
    after: async (page) => {
      await page.locator('#rank-run:enabled').click();
      await page.locator('#ranking li').first().waitFor();
      await page.locator('#duplicates-run').click();
      await page.locator('#duplicates-answer[data-answer=fresh]').waitFor({ state: 'attached', timeout: 60_000 });
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
  'bad-file': {
    hash: '#tab=table',
    after: async (page) => {
      const file = { name: 'one.csv', mimeType: 'text/csv', buffer: Buffer.from('text\nOne.\nTwo.\n') };
      await page.locator('#table-file').setInputFiles(file);
      await page.locator('#table-problem').waitFor();
    },
  },
  train: {
    hash: '#tab=train',
    seen: ['wide-light', 'wide-forced', 'phone-dark'],
    after: train,
  },
  tasks: {
    hash: '#tab=train',
    after: async (page) => {
      const buffer = Buffer.from(`text\tlabel\n${reviewRows.join('\n')}\n`);
      await page.locator('#train-file').setInputFiles({ name: 'reviews.tsv', mimeType: 'text/plain', buffer });
      await page.locator('#train-name').filter({ hasText: 'reviews' }).waitFor();
      await train(page);
      await page.locator('#train-keep').click();
      await page.getByRole('tab', { name: 'Other tasks' }).click();
      await page.getByRole('button', { name: 'Classify a text' }).click();
      await page.locator('#task-result li').first().waitFor();
    },
  },
  models: {
    inView: true,
    after: async (page) => {
      await settled(page);
      await page.locator('#model-button').click();
      await page.locator('#shipped-models button').first().waitFor();
    },
  },
};

await takeScreenshots(states, { '/': process.env.DEMO ?? path.join(root, 'apps/demo/dist') });
