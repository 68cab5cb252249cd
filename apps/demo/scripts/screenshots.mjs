// Takes screenshots of every tab and state of the built page. `SCREENSHOTS=folder` writes every view of each into a folder; without
// it, only the few that the repository keeps are written to docs/screenshots/. Names of states as arguments select those states.
import path from 'node:path';
import { takeScreenshots } from './take-screenshots.mjs';

const root = path.join(import.meta.dirname, '../../..');

/** Waits for the verdict, and for the explanation if it is open: on a phone it is collapsed. */
const settled = async (page) => {
  await page.locator('#verdict[data-answer=fresh]').waitFor();
  await page.locator('#how-answer[aria-busy=false]').waitFor({ state: 'attached' });
};
/** Waits for the model, for states in which a tab other than the first is open. */
const settledElsewhere = (page) => page.locator('#model-dot[data-state=ready]').waitFor();
/** Opens the explanation, which is collapsed on a phone and not computed before it is opened. */
const openHow = async (page) => {
  if (!(await page.locator('#how').evaluate(({ open }) => open))) await page.locator('#how > summary').click();
};
const explained = async (page) => {
  await openHow(page);
  await page.locator('#alignment-table').waitFor();
};
const pair = (a, b) => `#a=${encodeURIComponent(a)}&b=${encodeURIComponent(b)}`;

/** Has more words than are explained automatically. */
const longText =
  'The city council voted on Tuesday to build a new bridge over the river, after years of debate about its cost and its ' +
  'effect on the old town. Work is to start next spring, and should take about three years.';

/** Rows that teach a model a task other than comparing sentences. */
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
/** So few rows teach little, so the same is said about more things. */
const things = ['film', 'book', 'meal', 'hotel', 'show', 'game', 'concert', 'trip'];
const words = { good: ['wonderful', 'great', 'lovely', 'excellent'], bad: ['terrible', 'awful', 'dreadful', 'boring'] };
const reviewRows = Object.entries(reviews).flatMap(([label, texts]) =>
  [...texts, ...things.flatMap((thing) => words[label].map((word) => `The ${thing} was ${word}.`))].map(
    (text) => `${text}\t${label}`,
  ),
);

/** Trains, and waits until training has ended. */
const train = async (page) => {
  await page.locator('#train-run:enabled').click();
  await page.locator('#train-status').filter({ hasText: 'Done' }).waitFor({ timeout: 240_000 });
};

const openTable = async (page, name, content) => {
  await page.locator('#table-file').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
};
const openTab = (page, name) => page.getByRole('tab', { name }).click();

const states = {
  same: {
    kept: ['wide-light', 'wide-dark', 'wide-forced', 'phone-light', 'phone-dark', 'phone-rtl', 'phone-sideways'],
    after: settled,
  },
  different: {
    hash: pair('She plays the violin.', 'The train to Paris was late.'),
    kept: [],
    after: settled,
  },
  unsure: {
    hash: pair('The company cut 300 jobs.', 'About 300 workers lost their jobs at the company in Ohio.'),
    kept: ['wide-light'],
    after: async (page) => {
      await settled(page);
      // Another default model may be sure of this pair.
      await page.locator('#verdict[data-kind=unsure]').waitFor();
    },
  },
  waiting: {
    kept: [],
    after: async (page) => {
      await settled(page);
      await page.locator('#sentence-a').fill(' ');
      await page.locator('#verdict[data-kind=waiting]').waitFor();
    },
  },
  explained: {
    hash: pair(
      'The company said its profit rose by ten percent in the third quarter.',
      'Third-quarter earnings were up 10 %, the firm announced.',
    ),
    after: explained,
  },
  'explained-table': {
    kept: [],
    after: async (page) => {
      await explained(page);
      await page.locator('#alignment-table summary').click();
    },
  },
  'long-text': {
    hash: pair(`${longText} It began in the morning.`, `${longText} It had begun before noon.`),
    kept: [],
    after: async (page) => {
      await settled(page);
      await openHow(page);
      await page.locator('#explain-run').click();
      await page.locator('#alignment-text mark').first().waitFor({ timeout: 120_000 });
    },
  },
  inside: {
    hash: `${pair('How do I learn to play the guitar?', 'Which guitar should a beginner buy?')}&depth=4`,
    after: async (page) => {
      await page.locator('#inside > summary').click();
      await page.locator('#chart rect').first().waitFor();
      await explained(page);
    },
  },
  settled: {
    hash: '#settle=yes',
    kept: [],
    after: (page) => page.locator('#verdict-note').filter({ hasText: 'all 6' }).waitFor(),
  },
  unreadable: {
    hash: pair('החתול ישן על הספה.', 'البنك رفع سعر الفائدة.'),
    kept: ['phone-rtl'],
    after: settled,
  },
  'other-language': {
    hash: pair('Die Katze schläft auf dem Sofa.', 'Die Bank hat den Zins erhöht.'),
    kept: ['phone-dark'],
    after: settled,
  },
  german: {
    before: (context) => context.addInitScript(() => localStorage.setItem('albert-demo-language', 'de')),
    kept: ['wide-light', 'phone-light'],
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
  'refused-model': {
    kept: [],
    after: async (page) => {
      await settled(page);
      await page.locator('#model-button').click();
      await page.locator('#model-location').fill('/assets/');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      await settled(page);
    },
  },
  offline: {
    before: async (context) => {
      await context.addInitScript(() => Object.defineProperty(navigator, 'onLine', { get: () => false }));
      await context.route('**/weights/**', (route) => route.abort());
    },
    kept: ['phone-dark'],
    after: (page) => page.getByRole('alert').waitFor({ timeout: 60_000 }),
  },
  'fresh-list': { hash: '#tab=rank', kept: [], after: (page) => page.locator('#rank-run:enabled').waitFor() },
  list: {
    hash: '#tab=rank',
    kept: ['wide-light', 'wide-forced', 'phone-dark', 'phone-rtl'],
    after: async (page) => {
      await page.locator('#rank-run:enabled').click();
      await page.locator('#ranking li').first().waitFor();
      await page.locator('#duplicates-run').click();
      await page.locator('#duplicates-answer[data-answer=fresh]').waitFor({ state: 'attached', timeout: 60_000 });
    },
  },
  'running-list': {
    hash: '#tab=rank',
    kept: [],
    after: async (page) => {
      const lines = Array.from({ length: 5000 }, (_, line) => `Line ${line} is about the weather and the sea.`);
      // Set directly, because typing that much takes a minute.
      await page.locator('#rank-list').evaluate((list, text) => (list.value = text), lines.join('\n'));
      await page.locator('#rank-run:enabled').click();
      await page.locator('#rank-status').filter({ hasText: 'left' }).waitFor({ timeout: 60_000 });
    },
  },
  'stale-list': {
    hash: '#tab=rank',
    kept: [],
    after: async (page) => {
      await page.locator('#rank-run:enabled').click();
      await page.locator('#ranking li').first().waitFor();
      await page.locator('#rank-query').fill('The bank raised its rate.');
    },
  },
  'fresh-file': { hash: '#tab=table', kept: [], after: settledElsewhere },
  file: {
    hash: '#tab=table',
    after: async (page) => {
      await page.getByRole('button', { name: 'Try ten pairs' }).click();
      await page.locator('#table-run:enabled').click();
      await page.locator('#table-score').filter({ hasText: 'of 10' }).waitFor();
    },
  },
  'file-with-gaps': {
    hash: '#tab=table',
    kept: [],
    after: async (page) => {
      const rows = ['The cat sleeps.;A cat is asleep.', 'alone', 'The cat sleeps.;', '猫がいる。;銀行がある。'];
      await openTable(page, 'gaps.csv', `first;second\n${rows.join('\n')}\n`);
      await page.locator('#table-run:enabled').click();
      await page.locator('#table-count').filter({ hasText: '4 of 4' }).waitFor();
    },
  },
  'bad-file': {
    hash: '#tab=table',
    kept: ['wide-light'],
    after: async (page) => {
      await openTable(page, 'one.csv', 'text\nOne.\nTwo.\n');
      await page.locator('#table-problem').waitFor();
    },
  },
  'fresh-train': {
    hash: '#tab=train',
    kept: ['phone-dark'],
    after: (page) => page.locator('#train-run:enabled').waitFor(),
  },
  'bad-train': {
    hash: '#tab=train',
    kept: [],
    after: async (page) => {
      await page.locator('#train-run:enabled').waitFor();
      await page.locator('#train-labels').getByRole('checkbox', { name: 'same' }).uncheck();
      await page.locator('#train-run').click();
      await page.locator('#train-problem').waitFor();
    },
  },
  train: {
    hash: '#tab=train',
    kept: ['wide-light'],
    after: train,
  },
  tasks: {
    hash: '#tab=train',
    after: async (page) => {
      const buffer = Buffer.from(`text\tlabel\n${reviewRows.join('\n')}\n`);
      await page.locator('#train-file').setInputFiles({ name: 'reviews.tsv', mimeType: 'text/plain', buffer });
      await page.locator('#train-name').filter({ hasText: 'reviews' }).waitFor();
      await page.locator('#train-epochs').fill('20');
      await page.locator('#train-rate').fill('0.0001');
      await train(page);
      await page.locator('#train-keep').click();
      await openTab(page, 'Other tasks');
      await page.getByRole('button', { name: 'Classify a text' }).click();
      await page.locator('#task-result li').first().waitFor();
    },
  },
  models: {
    inView: true,
    kept: ['wide-light'],
    after: async (page) => {
      await settled(page);
      await page.locator('#model-button').click();
      await page.locator('#shipped-models button').first().waitFor();
    },
  },
  'models-of-the-hub': {
    inView: true,
    kept: [],
    after: async (page) => {
      await settled(page);
      await page.locator('#model-button').click();
      await page.locator('#hub-title').click();
      await page.locator('#hub-models button').first().waitFor();
    },
  },
};

await takeScreenshots(states, { '/': process.env.DEMO ?? path.join(root, 'apps/demo/dist') });
