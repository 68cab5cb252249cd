/** The drop-in script as users run it: bare HTML pages, the built files, real Chromium. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { isolationHeaders } from '@albert-web/browser/static-server';
import { collectErrors, servePage } from './pages.ts';

const same: readonly [string, string] = ['The cat is sleeping on the sofa.', 'A cat sleeps on the couch.'];
const different: readonly [string, string] = ['The cat is sleeping on the sofa.', 'The bank raised its interest rate.'];

const classic = '<script src="/albert/albert.js"></script>';
const module = `<script type="module">
  import * as albert from '/albert/albert.mjs';
  window.albert = albert;
</script>`;

/** Compares both pairs in the page, and returns the verdicts and how they were computed. */
function judge(page: Page, options: { worker?: boolean } = {}) {
  return page.evaluate(
    async ([same, different, options]) => {
      if (!window.albert) throw new Error('window.albert is missing');
      const model = await window.albert.load(undefined, options);
      const [yes, no] = await Promise.all([model.paraphrase(...same), model.paraphrase(...different)]);
      const { backend, threads } = await model.info();
      await model.dispose();
      return { yes: yes.paraphrase, no: no.paraphrase, backend, threads };
    },
    [same, different, options] as const,
  );
}

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

describe('from a bare page', () => {
  it.each([
    ['classic script', classic],
    ['module', module],
  ])('works with the %s', async (_, body) => {
    await using server = await servePage(body);
    await using page = await browser.newPage();
    await page.goto(server.url);
    expect(await judge(page)).toEqual({ yes: true, no: false, backend: 'wasm', threads: 1 });
  });

  it('works without a worker', async () => {
    await using server = await servePage(classic);
    await using page = await browser.newPage();
    await page.goto(server.url);
    expect(await judge(page, { worker: false })).toMatchObject({ yes: true, no: false });
    const name = await page.evaluate(() =>
      window.albert?.load('/nothing-here/', { worker: false }).catch((error: Error) => error.name),
    );
    expect(name).toBe('MissingFileError');
    expect(page.workers()).toHaveLength(0);
  });

  it('uses threads if the page is cross-origin isolated', async () => {
    await using server = await servePage(classic, isolationHeaders);
    await using page = await browser.newPage();
    await page.goto(server.url);
    const cores = await page.evaluate(() => navigator.hardwareConcurrency);
    const { threads, ...verdicts } = await judge(page);
    expect(verdicts).toEqual({ yes: true, no: false, backend: 'wasm' });
    expect(threads).toBe(Math.min(cores, 4));
  });

  it('has no side effects except for its definitions', async () => {
    await using server = await servePage(`<script>before = new Set(Object.keys(window))</script>${classic}${classic}`);
    await using page = await browser.newPage();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    await page.goto(server.url);
    const added = await page.evaluate(() =>
      Object.keys(window).filter((key) => !(window as unknown as { before: Set<string> }).before.has(key)),
    );
    expect(added.filter((key) => key !== 'before')).toEqual(['albert']);
    expect(new Set(requests.filter((path) => path !== '/favicon.ico'))).toEqual(new Set(['/', '/albert/albert.js']));
  });
});

describe('under restrictions', () => {
  const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:";

  it.each([
    ['isolated', isolationHeaders],
    ['not isolated', {}],
  ])('complies with a strict Content-Security-Policy, %s', async (_, headers) => {
    await using server = await servePage(classic, { ...headers, 'Content-Security-Policy': policy });
    await using page = await browser.newPage();
    const errors = collectErrors(page);
    await page.goto(server.url);
    expect(await judge(page)).toMatchObject({ yes: true, no: false, backend: 'wasm' });
    expect(errors.filter((error) => /Content Security Policy/iu.test(error))).toEqual([]);
  });

  it('runs in an iframe of another origin', async () => {
    await using inner = await servePage(classic);
    await using outer = await servePage(`<iframe src="${inner.url}"></iframe>`);
    await using page = await browser.newPage();
    // Another host name is another site: localhost and 127.0.0.1 have different origins.
    await page.goto(outer.url.replace('localhost', '127.0.0.1'));
    const frame = page.frames().find((frame) => frame.url().startsWith(inner.url));
    expect(frame && (await judge(frame as unknown as Page))).toMatchObject({ yes: true, no: false });
  });

  it("runs from an origin other than the page's", async () => {
    await using scripts = await servePage('', { 'Access-Control-Allow-Origin': '*' });
    await using server = await servePage(`<script src="${scripts.url}/albert/albert.js"></script>`);
    await using page = await browser.newPage();
    await page.goto(server.url);
    expect(await judge(page)).toMatchObject({ yes: true, no: false });
  });
});

describe('the model', () => {
  it('rejects with named errors, or with the reason of an abort', async () => {
    await using server = await servePage(classic);
    await using page = await browser.newPage();
    await page.goto(server.url);
    const outcome = await page.evaluate(async () => {
      const { albert } = window;
      if (!albert) throw new Error('window.albert is missing');
      const nameOf = async (promise: Promise<unknown>): Promise<unknown> => {
        try {
          await promise;
          return 'nothing';
        } catch (error) {
          return error instanceof albert.AlbertError ? error.name : error;
        }
      };
      const model = await albert.load();
      const aborting = new AbortController();
      const aborted = nameOf(model.paraphrase('one', 'two', { signal: aborting.signal }));
      aborting.abort('the page changed its mind');
      const neighbors = [model.paraphrase('He left.', 'He went away.'), nameOf(model.paraphrase('', 'two'))] as const;
      const result = {
        aborted: await aborted,
        missing: await nameOf(albert.load('/nothing-here/')),
        unsupported: await nameOf(model.answer('Who?', 'He.')),
        probability: (await neighbors[0]).probability,
        empty: await neighbors[1],
      };
      await model.dispose();
      return { ...result, disposed: await nameOf(model.paraphrase('one', 'two')) };
    });
    expect(outcome).toEqual({
      aborted: 'the page changed its mind',
      missing: 'MissingFileError',
      unsupported: 'UnsupportedTaskError',
      probability: expect.any(Number) as number,
      empty: 'InvalidArgumentError',
      disposed: 'DisposedError',
    });
  });

  it('says which file is missing when the worker does not start', async () => {
    await using server = await servePage(classic);
    await using page = await browser.newPage();
    await page.route('**/albert-worker.mjs', (route) => route.fulfill({ status: 404, body: '' }));
    await page.goto(server.url);
    const name = await page.evaluate(() => window.albert?.load().catch((error: Error) => error.name));
    expect(name).toBe('WorkerError');
  });

  it('reports increasing byte counts up to the total before it is loaded', async () => {
    await using server = await servePage(classic);
    await using page = await browser.newPage();
    await page.goto(server.url);
    const reports = await page.evaluate(async () => {
      const reports: { loaded: number; total: number }[] = [];
      const model = await window.albert?.load(undefined, { onProgress: (report) => reports.push(report) });
      await model?.dispose();
      return reports;
    });
    const { loaded, total } = reports.at(-1) ?? {};
    expect(loaded).toBe(total);
    expect(reports.map(({ loaded }) => loaded)).toEqual(reports.map(({ loaded }) => loaded).toSorted((a, b) => a - b));
    expect(new Set(reports.map(({ total }) => total)).size).toBe(1);
  });

  it('works beside other models', async () => {
    await using server = await servePage(classic);
    await using page = await browser.newPage();
    await page.goto(server.url);
    const probabilities = await page.evaluate(async ([a, b]) => {
      const { albert } = window;
      if (!albert) throw new Error('window.albert is missing');
      const models = await Promise.all([
        albert.load(undefined, { precision: 'f32' }),
        albert.load(undefined, { backend: 'cpu' }),
      ]);
      const results = await Promise.all(models.map((model) => model.paraphrase(a, b)));
      await Promise.all(models.map((model) => model.dispose()));
      return results.map(({ probability }) => probability);
    }, same);
    expect(probabilities[0]).toBeCloseTo(probabilities[1] ?? NaN, 3);
  });
});

describe('<albert-paraphrase>', () => {
  it('is declared for TypeScript under its name', () => {
    const types = readFileSync(path.join(import.meta.dirname, '../lib/browser.d.ts'), 'utf8');
    expect(types).toMatch(/interface HTMLElementTagNameMap \{\s*'albert-paraphrase': HTMLElement/u);
  });

  it('gives a verdict on typed text', async () => {
    await using server = await servePage(`${classic}<albert-paraphrase></albert-paraphrase>`);
    await using page = await browser.newPage();
    await page.goto(server.url);
    await page.getByLabel('First sentence').fill(same[0]);
    await page.getByLabel('Second sentence').fill(same[1]);
    const verdict = page.getByRole('status');
    await verdict.filter({ hasText: 'They mean the same' }).waitFor();
    await page.getByLabel('Second sentence').fill(different[1]);
    await verdict.filter({ hasText: 'They do not mean the same' }).waitFor();
    await expect(page.locator('progress').isHidden()).resolves.toBe(true);
  });

  it('says what is wrong with its model', async () => {
    await using server = await servePage(`${classic}<albert-paraphrase model="/nowhere/"></albert-paraphrase>`);
    await using page = await browser.newPage();
    await page.goto(server.url);
    await page.getByRole('status').filter({ hasText: 'config.json was not found' }).waitFor();
  });
});
