/** Checks that the files of a first visit, without weights, fit their budget, and that the browser requests exactly these. */
import { expect, it } from 'vitest';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { isolationHeaders } from '@albert-web/browser/static-server';
import { budget, wasmPath } from '../scripts/size.mjs';
import { servePage } from './pages.ts';

it('the first load on the WASM path stays within the budget, and matches the requests of a browser', async () => {
  const measured = await wasmPath();
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
  await page.evaluate(async () => {
    const model = await window.albert?.load(undefined, { backend: 'wasm' });
    await model?.paraphrase('He left.', 'He went away.');
    await model?.dispose();
  });
  expect(measured.map(({ file }) => file)).toEqual(expect.arrayContaining([...asked]));
  expect(measured.reduce((sum, { gzip }) => sum + gzip, 0)).toBeLessThan(budget);
});
