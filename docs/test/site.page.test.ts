/** Tests the built documentation, served as a static folder. */
import path from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { collectErrors } from '../../packages/albert-web/test/pages.ts';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { startStaticServer, type StaticServer } from '@albert-web/browser/static-server';

let browser: Browser;
let server: StaticServer;

beforeAll(async () => {
  browser = await launchChromium();
  server = await startStaticServer({ mounts: { '/docs/': path.join(import.meta.dirname, '../dist') } });
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

async function open(address: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${server.url}/docs/${address}`);
  return page;
}

async function run(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Run' }).click();
  await page.getByRole('button', { name: 'Run' }).waitFor();
  return page.getByLabel('Output').innerText();
}

it('the landing page leads to the guides, without errors', async () => {
  const page = await browser.newPage();
  const errors = collectErrors(page);
  await page.goto(`${server.url}/docs/`);
  await page.getByRole('link', { name: 'Get started' }).click();
  await page.getByRole('heading', { name: 'Getting started', level: 1 }).waitFor();
  expect(errors).toEqual([]);
});

it.each([
  ['vite', 'Getting started'],
  ['content security', 'CSP and headers'],
  ['NoBackendError', 'Troubleshooting'],
])('the search for "%s" finds "%s" first', async (text, title) => {
  const page = await open('');
  const box = page.getByRole('searchbox');
  // The button does nothing until Vue has hydrated the page.
  await expect
    .poll(async () => {
      if (!(await box.isVisible())) await page.getByRole('button', { name: 'Search' }).click({ timeout: 2000 });
      return box.isVisible();
    })
    .toBe(true);
  await box.fill(text);
  await expect.poll(() => page.locator('#localsearch-list .title').first().innerText()).toContain(title);
});

it('the reference has a page for each module, named as it is imported', async () => {
  const page = await open('api/');
  const names = await page
    .getByRole('main')
    .getByRole('link', { name: /^albert-web/u })
    .allInnerTexts();
  expect(names).toEqual(expect.arrayContaining(['albert-web', 'albert-web/training', 'albert-web/tokenizer']));
});

it('every sample of the playground runs', async () => {
  const page = await open('playground.html');
  const samples = await page.getByLabel('Sample').locator('option').allInnerTexts();
  const outputs: Record<string, string> = {};
  for (const sample of samples) {
    await page.getByLabel('Sample').selectOption(sample);
    outputs[sample] = await run(page);
  }
  expect(outputs).toEqual({
    'Two sentences': expect.stringMatching(/^The same 0\.\d\d/u),
    'The nearest sentences': expect.stringMatching(/^0\.\d\d How do I reset my password\?/u),
    'The verdict after each layer': expect.stringMatching(/^layer 0: .*layer 6: 0\.\d\d/su),
    'Which words decide': expect.stringMatching(/late/u),
    'The pieces of a text': expect.stringMatching(/^2 \[CLS\]\n367 ▁un\n/u),
    'Where it runs': expect.stringMatching(/"backend": "w/u),
    'Missing words, and the order of sentences': expect.stringMatching(/opened the .*in this order: 0\.\d\d/su),
  });
});

it('an edited program says what went wrong', async () => {
  const page = await open('playground.html');
  await page.getByLabel('Program').fill("import { load } from 'albert-web';\nawait load('./nowhere/');");
  expect(await run(page)).toMatch(/^MissingFileError: config\.json was not found/u);
});

it('a program continues after it writes to console.error', async () => {
  const page = await open('playground.html');
  await page
    .getByLabel('Program')
    .fill("console.error('odd');\nawait new Promise((r) => setTimeout(r, 200));\nconsole.log('end');");
  expect(await run(page)).toMatch(/^odd\nend/u);
});
