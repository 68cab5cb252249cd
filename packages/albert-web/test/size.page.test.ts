/** Checks that the files of a first visit, without weights, fit their budget, and that the browser requests exactly these. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { isolationHeaders } from '@albert-web/browser/static-server';
import { budget, firstLoad, wasmPath } from '../scripts/size.mjs';
import { servePage } from './pages.ts';

/** Returns the files that a page requests before its first verdict, without weights. */
async function filesOfFirstVerdict(backend: 'wasm' | 'auto'): Promise<string[]> {
  await using server = await servePage('<script src="/albert/albert.js"></script>', isolationHeaders);
  await using browser = await launchChromium();
  await using page = await browser.newPage();
  const asked = new Set<string>();
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    const file = pathname.split('/albert/')[1];
    if (file && !file.startsWith('weights/')) asked.add(file);
  });
  await page.goto(server.url);
  await page.evaluate(async (backend) => {
    const model = await window.albert?.load(undefined, { backend });
    await model?.paraphrase('He left.', 'He went away.');
    await model?.dispose();
  }, backend);
  return [...asked];
}

it('the first load on the WASM path stays within the budget, and matches the requests of a browser', async () => {
  const measured = await wasmPath();
  const files = measured.map(({ file }) => file);
  expect(files).toEqual(expect.arrayContaining(await filesOfFirstVerdict('wasm')));
  expect(measured.reduce((sum, { gzip }) => sum + gzip, 0)).toBeLessThan(budget);
  // The GPU of this browser is emulated, so its code would be downloaded in vain.
  expect(files).toEqual(expect.arrayContaining(await filesOfFirstVerdict('auto')));
});

it.each(['albert.mjs', 'albert-worker.mjs', 'in-page.mjs', 'cache.mjs', 'chunks/wasm.mjs'])(
  '%s imports all its chunks itself, so that they are fetched in parallel',
  async (entry) => {
    const code = await readFile(new URL(`../dist/${entry}`, import.meta.url), 'utf8');
    const needed = (await firstLoad([entry])).map(({ file }) => file).filter((file) => file !== entry);
    for (const file of needed) expect(code).toContain(`/${file.split('/').at(-1)}`);
  },
);
