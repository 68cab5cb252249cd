/** The model inside a service worker, as in the example; and the drop-in script there, which cannot run. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { startStaticServer } from '@albert-web/browser/static-server';
import { firstLoad } from '../scripts/size.mjs';
import { scriptMounts } from './pages.ts';

const dist = path.join(import.meta.dirname, '../dist');
const example = path.join(import.meta.dirname, '../../../examples/service-worker');

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

it('answers the pages of the example, even after the service worker was stopped', async () => {
  await using server = await startStaticServer({ mounts: { '/': example, ...scriptMounts } });
  await using context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${server.url}/`);
  const verdict = page.locator('#verdict').filter({ hasNotText: 'Loading' });
  expect(await verdict.innerText({ timeout: 60_000 })).toBe('The same');
  const session = await context.newCDPSession(page);
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.stopAllWorkers');
  await page.reload();
  expect(await verdict.innerText({ timeout: 60_000 })).toBe('The same');
});

it('reports its backend, caches the model, and has the errors of the script', async () => {
  const worker = `
    import { load, isCached, AlbertError } from './albert/service-worker.mjs';
    self.addEventListener('message', (event) => event.waitUntil(report().then((said) => event.source.postMessage(said))));
    async function report() {
      const missing = await load('/nothing-here/').catch((error) => error instanceof AlbertError && error.name);
      const before = await isCached();
      const model = await load();
      const [{ backend, threads, rejected }, { ids }] = [await model.info(), await model.tokenizer.encode('It rained.')];
      await model.dispose();
      const kept = await isCached();
      return { missing, before, kept, backend, threads, rejected: rejected.length, tokens: ids.length };
    }`;
  expect(await askServiceWorker(worker)).toEqual({
    missing: 'MissingFileError',
    before: false,
    kept: true,
    backend: 'wasm',
    threads: 1,
    rejected: 2,
    // [CLS] it rain ed . [SEP]
    tokens: 6,
  });
});

it('the drop-in script rejects there with a named error that says what to import', async () => {
  const worker = `
    import { load } from './albert/albert.mjs';
    self.addEventListener('message', (event) =>
      event.waitUntil(load().catch(({ name, message }) => event.source.postMessage({ name, message }))));`;
  expect(await askServiceWorker(worker)).toEqual({
    name: 'WorkerError',
    message: expect.stringContaining('service-worker.mjs') as string,
  });
});

it('is one file within the budget, without further imports', async () => {
  const code = await readFile(path.join(dist, 'service-worker.mjs'), 'utf8');
  expect(code).not.toMatch(/\bimport\s*\(/u);
  expect(code).not.toMatch(/^import\b/mu);
  expect(gzipSync(code, { level: 9 }).length).toBeGreaterThan(100_000);
  const files = await firstLoad(['service-worker.mjs', 'wasm/relaxed.wasm']);
  expect(files).toHaveLength(2);
  expect(files.reduce((sum, { gzip }) => sum + gzip, 0)).toBeLessThan(210_000);
});

/** Registers a service worker with this code beside the script, sends it a message, and waits for the reply. */
async function askServiceWorker(code: string): Promise<unknown> {
  await using server = await startStaticServer({ mounts: scriptMounts, pages: { '/': '<title>A page</title>' } });
  await using context = await browser.newContext();
  await context.route('**/sw.js', (route) => route.fulfill({ contentType: 'text/javascript', body: code }));
  const page = await context.newPage();
  await page.goto(`${server.url}/`);
  return await page.evaluate(async () => {
    await navigator.serviceWorker.register('sw.js', { type: 'module' });
    const { active } = await navigator.serviceWorker.ready;
    return new Promise((resolve) => {
      navigator.serviceWorker.addEventListener('message', ({ data }) => resolve(data));
      navigator.serviceWorker.startMessages();
      active?.postMessage('report', []);
    });
  });
}
