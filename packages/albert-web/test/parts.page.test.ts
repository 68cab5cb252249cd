/** If a part of the script cannot be fetched, loading fails with a named error, and the next load requests it again. */
import { launchChromium } from '@albert-web/browser/launch-chromium';
import type { StaticServer } from '@albert-web/browser/static-server';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { servePage } from './pages.ts';

let browser: Browser;
let server: StaticServer;

beforeAll(async () => {
  server = await servePage('<script src="/albert/albert.js"></script>');
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** Loads a model, and returns the name and the message of the error. */
function load(page: Page, worker: boolean) {
  return page.evaluate(async (worker) => {
    const { albert } = window;
    if (!albert) throw new Error('window.albert is missing');
    try {
      const model = await albert.load(undefined, { backend: 'wasm', worker });
      await model.dispose();
      return undefined;
    } catch (error) {
      if (!(error instanceof albert.AlbertError)) throw error;
      return `${error.name}: ${error.message}`;
    }
  }, worker);
}

it.each([
  ['a backend in a worker', '**/chunks/wasm.mjs*', true, /^NoBackendError: .*fetch/u],
  ['the worker', '**/albert-worker.mjs*', true, /^WorkerError: /u],
  ['the host in the page', '**/in-page.mjs*', false, /^ScriptError: .*in-page\.mjs/u],
] as const)('%s', async (_, path, worker, expected) => {
  await using context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(server.url);
  await page.route(path, (route) => route.abort());
  const said = await load(page, worker);
  expect(said).toMatch(expected);
  expect(said).not.toContain('window is not defined');
  await page.unroute(path);
  expect(await load(page, worker)).toBeUndefined();
});

it('requests a failed part under a new URL, which no browser has marked as failed', async () => {
  await using context = await browser.newContext();
  const page = await context.newPage();
  const asked: string[] = [];
  await page.route('**/in-page.mjs*', (route) => {
    const { search } = new URL(route.request().url());
    asked.push(search);
    // As in Firefox and Safari: a URL that failed once keeps failing.
    return search === '' ? route.abort() : route.continue();
  });
  await page.goto(server.url);
  expect(await load(page, false)).toBeUndefined();
  expect(asked).toEqual(['', '?attempt=1']);
});
