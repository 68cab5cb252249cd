/** The complete pages in README.md and the guides, as a user would save them beside the script. */
import path from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readBlocks, root } from '../../../docs/src/blocks.ts';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { startStaticServer } from '@albert-web/browser/static-server';

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** Folders from which pages get their script and model. The same server also acts as the CDN. */
const dist = path.join(root, 'packages/albert-web/dist');
const weights = path.join(root, 'weights');
const cdn = 'https://cdn.jsdelivr.net';
const script = { '/': dist, '/npm/albert-web@0.1.0/dist/': dist };
const models = { '/weights/': weights, '/npm/@albert-web/model-default@0.1.0/dist/': path.join(weights, 'default') };

const written = readBlocks().filter(({ language }) => language === 'html');

it.each(written)('$place says what is wrong if the weights are missing', async ({ code }) => {
  await using server = await startStaticServer({
    mounts: script,
    pages: { '/page.html': code.replaceAll(cdn, '') },
  });
  await using page = await browser.newPage();
  await page.goto(`${server.url}/page.html`);
  await page.getByText('config.json was not found').waitFor();
});

it.each(written)('$place answers', async ({ code }) => {
  await using server = await startStaticServer({
    mounts: { ...script, ...models },
    pages: { '/page.html': code.replaceAll(cdn, '') },
  });
  await using page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`${server.url}/page.html`);
  if (code.includes('<albert-paraphrase')) {
    await page.getByRole('textbox').first().fill('Roman soldiers built the bridge.');
    await page.getByRole('textbox').last().fill('The bridge was built by Roman soldiers.');
    await page
      .getByRole('status')
      .filter({ hasText: /They mean the same|Sie bedeuten dasselbe/u })
      .waitFor();
  } else {
    // The pair of these pages is a paraphrase, and the model is sure of it.
    await page.getByText(/^(The same|true) \((0\.[89]\d|[89]\d %|100 %|1\.00)\)$/u).waitFor();
  }
  expect(errors).toEqual([]);
});
