/** `<albert-paraphrase>` in difficult situations: defined late, two at once, changed or removed while it loads. */
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { changeJson } from '@albert-web/browser/changed-json';
import type { StaticServer } from '@albert-web/browser/static-server';
import { collectErrors, servePage } from './pages.ts';

const script = '<script src="/albert/albert.js"></script>';
const model = '/albert/weights/default/';
/** Matches requests for optional files that this model does not have. */
const notFound = /status of 404/u;

let browser: Browser;
let server: StaticServer;
let page: Page;
let errors: string[];

beforeAll(async () => {
  browser = await launchChromium();
});
afterEach(async () => {
  await page.close();
  await server.close();
});
afterAll(() => browser.close());

async function open(
  body: string,
  { javaScriptEnabled = true, prepare }: { javaScriptEnabled?: boolean; prepare?: () => Promise<unknown> } = {},
): Promise<void> {
  server = await servePage(body);
  page = await browser.newPage({ javaScriptEnabled });
  await prepare?.();
  errors = collectErrors(page);
  await page.goto(server.url);
}

/** Runs in a worker. */
function crash(): void {
  setTimeout(() => {
    throw new Error('out of memory');
  });
}

const ready = (name = ''): Promise<void> =>
  page.locator(`albert-paraphrase${name}`).getByRole('status').filter({ hasText: 'Write two sentences.' }).waitFor();

it('starts one worker, even if the element existed before its definition', async () => {
  await open(`<albert-paraphrase model="${model}"></albert-paraphrase>`);
  await page.addScriptTag({ url: '/albert/albert.js' });
  await ready();
  expect(page.workers()).toHaveLength(1);
});

it('keeps two elements on a page independent', async () => {
  await open(
    `${script}<albert-paraphrase id="a"></albert-paraphrase><albert-paraphrase id="b" model="/nowhere/"></albert-paraphrase>`,
  );
  await page.locator('#a').getByLabel('First sentence').fill('Roman soldiers built the bridge.');
  await page.locator('#a').getByLabel('Second sentence').fill('The bridge was built by Roman soldiers.');
  await page.locator('#a').getByRole('status').filter({ hasText: 'They mean the same' }).waitFor();
  await page.locator('#b').getByRole('status').filter({ hasText: 'config.json was not found' }).waitFor();
});

it('shows that its worker crashed, and reloads the model on the next input', async () => {
  await open(
    `${script}<albert-paraphrase model="${model}" first="It rained." second="It was raining."></albert-paraphrase>`,
  );
  const status = page.locator('albert-paraphrase').getByRole('status');
  await status.filter({ hasText: 'They mean the same' }).waitFor();
  await page.workers()[0]?.evaluate(crash);
  await status.filter({ hasText: 'The worker crashed' }).waitFor();
  await page.locator('albert-paraphrase').getByLabel('Second sentence').fill('Rain was falling.');
  await status.filter({ hasText: 'They mean the same' }).waitFor();
  await expect.poll(() => page.workers().length).toBe(1);
});

it('switches to another model while one loads, but does not reload the same one', async () => {
  await open(`${script}<albert-paraphrase model="/nowhere/"></albert-paraphrase>`);
  await page.locator('albert-paraphrase').evaluate((element, model) => {
    element.setAttribute('model', '/elsewhere/');
    element.setAttribute('model', model);
  }, model);
  await ready();
  const workers = page.workers();
  await page.locator('albert-paraphrase').evaluate((element, model) => element.setAttribute('model', model), model);
  await ready();
  expect(workers).toHaveLength(1);
  expect(page.workers()).toEqual(workers);
});

it('terminates its worker when it is removed, loading or not, and starts again when it is reinserted', async () => {
  await open(`${script}<albert-paraphrase></albert-paraphrase>`);
  const element = await page.locator('albert-paraphrase').elementHandle();
  await element?.evaluate((element) => element.remove());
  await expect.poll(() => page.workers().length).toBe(0);
  await element?.evaluate((element) => document.body.append(element));
  await ready();
  await element?.evaluate((element) => element.remove());
  await expect.poll(() => page.workers().length).toBe(0);
  expect(errors.filter((error) => !notFound.test(error))).toEqual([]);
});

it('uses the texts and initial sentences of the page', async () => {
  await open(`${script}<albert-paraphrase
    first="Roman soldiers built the bridge." second="The bridge was built by Roman soldiers."
    first-label="Erster Satz" second-label="Zweiter Satz" loading-text="Lädt …" empty-text="Bitte zwei Sätze."
    same-text="Gleich, zu {percent} %." different-text="Verschieden."></albert-paraphrase>`);
  const said = page.locator('albert-paraphrase').getByRole('status');
  await said.filter({ hasText: /^Gleich, zu \d+ %\.$/u }).waitFor();
  await page.getByLabel('Zweiter Satz').fill('');
  await said.filter({ hasText: 'Bitte zwei Sätze.' }).waitFor();
  await page.locator('albert-paraphrase').evaluate((element) => {
    element.setAttribute('empty-text', 'Deux phrases, s’il vous plaît.');
    element.setAttribute('first-label', 'Première phrase');
  });
  await said.filter({ hasText: 'Deux phrases' }).waitFor();
  expect(await page.getByLabel('Première phrase').inputValue()).toBe('Roman soldiers built the bridge.');
  expect(page.workers()).toHaveLength(1);
});

it('gives no verdict on text it cannot read or in another language', async () => {
  await open(`${script}<albert-paraphrase second="The bridge was built by Roman soldiers."></albert-paraphrase>`);
  const said = page.locator('albert-paraphrase').getByRole('status');
  for (const [first, kind, text] of [
    ['猫がソファで寝ている。', 'unreadable', 'cannot read this'],
    ['Es hat die ganze Nacht geregnet.', 'other-language', 'a language that the model does not read'],
    ['Roman soldiers built the bridge.', 'same', 'They mean the same'],
  ] as const) {
    await page.getByLabel('First sentence').fill(first);
    await said.filter({ hasText: text }).waitFor();
    expect(await said.getAttribute('data-kind')).toBe(kind);
  }
});

it('says that only the beginning of a long text was read', async () => {
  await open(`${script}<albert-paraphrase></albert-paraphrase>`);
  const said = page.locator('albert-paraphrase').getByRole('status');
  const long = 'The bridge was built by Roman soldiers. '.repeat(200);
  await page.getByLabel('First sentence').fill(`${long} It fell.`);
  await page.getByLabel('Second sentence').fill(`${long} It stands.`);
  await said.filter({ hasText: /Only the beginning was read: the text is too long for the model\.$/u }).waitFor();
  await page.getByLabel('First sentence').fill('The bridge was built by Roman soldiers.');
  await page.getByLabel('Second sentence').fill('Roman soldiers built the bridge.');
  await said.filter({ hasText: /^They mean the same \(\d+% sure\)\.$/u }).waitFor();
});

it('is unsure if the model is', async () => {
  await open(
    `${script}<albert-paraphrase first="Roman soldiers built the bridge." second="The bridge was built by Roman soldiers."></albert-paraphrase>`,
    {
      // Makes the model unsure of everything.
      prepare: () => changeJson(page, '**/config.json', { unsure: [0, 1] }),
    },
  );
  const said = page.locator('albert-paraphrase').getByRole('status');
  await said.filter({ hasText: 'Not sure whether they mean the same.' }).waitFor();
  expect(await said.getAttribute('data-kind')).toBe('unsure');
});

it('fires verdict and error, which do not bubble', async () => {
  await open(
    '<albert-paraphrase id="a"></albert-paraphrase><albert-paraphrase id="b" model="/nowhere/"></albert-paraphrase>',
  );
  await page.evaluate(() => {
    const fired: unknown[] = [];
    Object.assign(window, { fired });
    for (const element of document.querySelectorAll('albert-paraphrase')) {
      element.addEventListener('verdict', (event) => {
        const { paraphrase } = (event as CustomEvent<{ paraphrase: boolean }>).detail;
        fired.push([element.id, 'verdict', paraphrase]);
      });
      element.addEventListener('error', (event) => {
        const { name } = (event as unknown as CustomEvent<Error>).detail;
        fired.push([element.id, 'error', name]);
      });
    }
    for (const type of ['verdict', 'error']) document.body.addEventListener(type, () => fired.push(['bubbled', type]));
  });
  await page.addScriptTag({ url: '/albert/albert.js' });
  await page.locator('#b').getByRole('status').filter({ hasText: 'config.json was not found' }).waitFor();
  await page.locator('#a').getByLabel('First sentence').fill('Roman soldiers built the bridge.');
  await page.locator('#a').getByLabel('Second sentence').fill('The bridge was built by Roman soldiers.');
  await page.locator('#a').getByRole('status').filter({ hasText: 'They mean the same' }).waitFor();
  const fired = await page.evaluate(() => (window as unknown as { fired: unknown[] }).fired);
  expect(fired).toEqual([
    ['b', 'error', 'MissingFileError'],
    ['a', 'verdict', true],
  ]);
});

it('leaves no unhandled rejection when its model fails before it is used', async () => {
  await open(
    `<script>
      window.unhandled = 0;
      addEventListener('unhandledrejection', () => window.unhandled++);
      const later = setTimeout;
      window.setTimeout = (task, pause) => later(task, pause + 300);
      window.Worker = class { constructor() { throw new TypeError('No workers here'); } };
    </script>${script}<albert-paraphrase></albert-paraphrase>`,
  );
  await page.getByRole('status').filter({ hasText: 'No workers here' }).waitFor();
  expect(await page.evaluate(() => (window as unknown as { unhandled: number }).unhandled)).toBe(0);
});

it('shows its own text without JavaScript', async () => {
  await open(`${script}<albert-paraphrase>Comparing sentences needs JavaScript.</albert-paraphrase>`, {
    javaScriptEnabled: false,
  });
  await expect(page.getByText('Comparing sentences needs JavaScript.').isVisible()).resolves.toBe(true);
});
