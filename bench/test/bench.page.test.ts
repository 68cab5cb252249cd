/** Tests the built page in Chromium, as a person uses it: run `npm run build` first. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { isolationHeaders, startStaticServer, type StaticServer } from '@albert-web/browser/static-server';
import type { BenchEvent } from '../src/report/collect.ts';
import type { Report } from '../src/report/report.ts';

const pageFolder = fileURLToPath(new URL('../dist', import.meta.url));

let browser: Browser;
let server: StaticServer;
let page: Page;
let problems: string[];

beforeAll(async () => {
  browser = await launchChromium();
  server = await startStaticServer({ mounts: { '/': pageFolder }, headers: isolationHeaders });
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(async () => {
  page = await browser.newPage();
  problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('request', (request) => {
    if (!/^(blob|data):/u.test(request.url()) && !request.url().startsWith(server.url)) problems.push(request.url());
  });
  await page.goto(server.url);
});
afterEach(async () => {
  await page.close();
  // No error, and no request to any other server.
  expect(problems).toEqual([]);
});

/** Opens the details, and chooses the mini shape and short inputs. */
async function fillIn({ lengths, batches }: { lengths: string; batches: string }): Promise<void> {
  await page.getByText('Details', { exact: true }).click();
  await page.getByLabel('Shape').selectOption('mini');
  await page.getByLabel('Lengths').fill(lengths);
  await page.getByLabel('Batches').fill(batches);
  await page.getByLabel('Rounds').fill('3');
}

const status = (): ReturnType<Page['locator']> => page.locator('#status');

describe('the bench page', () => {
  it('measures us and our peers, and shows, copies and compares the results', async () => {
    await fillIn({ lengths: '8, 16', batches: '1, 2' });
    await page.getByLabel('plain tfjs').check();
    await page.getByLabel('onnxruntime-web').check();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect.poll(() => status().textContent(), { timeout: 90_000 }).toBe('Done.');

    // Side by side: our f32 and q8, those of ONNX Runtime, and tfjs in f32, on four inputs. Every number appears once more below.
    expect(await page.locator('#table thead th').count()).toBe(1 + 5);
    expect(await page.locator('#table tbody tr').count()).toBe(4);
    expect(await page.locator('#numbers tbody tr').count()).toBe(5 * 4);
    expect(await page.locator('#skipped').isVisible()).toBe(false);
    for (const figure of ['#latency', '#throughput', '#parts']) {
      expect(await page.locator(`${figure} svg`).first().isVisible(), figure).toBe(true);
    }

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copied = async (button: string): Promise<string> => {
      await page.getByRole('button', { name: button }).click();
      await expect.poll(() => status().textContent()).toBe('Copied.');
      return page.evaluate(() => navigator.clipboard.readText());
    };
    const report = JSON.parse(await copied('Copy as JSON')) as Report;
    for (const row of report.rows.filter(({ engine }) => engine === 'albert-web')) {
      expect(Object.keys(row.ratio).sort()).toEqual(['onnxruntime-web f32', 'onnxruntime-web q8', 'tfjs f32']);
      expect(row.minMs).toBeLessThanOrEqual(row.medianMs);
      expect(row.medianMs).toBeLessThanOrEqual(row.p90Ms);
      expect(row.isolated).toBe(true);
    }
    expect(report.agreement.every(({ cosine }) => cosine > 0.99)).toBe(true);
    expect(await copied('Copy as Markdown')).toContain('| 2 | 16 |');

    await page.getByRole('button', { name: 'Save in this browser' }).click();
    await page.locator('#other').selectOption({ index: 1 });
    await page.locator('#table tbody td').first().filter({ hasText: '1.00x the other run' }).waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it('saves pictures and result files, and opens result files', async () => {
    await page.getByText('Details', { exact: true }).click();
    await page.getByLabel('Show').selectOption({ index: 1 });
    const saved = async (button: Locator): Promise<{ name: string; bytes: Buffer }> => {
      const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
      return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
    };
    const svg = await saved(page.locator('#latency .svg'));
    expect(svg.name).toBe('albert-web-latency.svg');
    expect(svg.bytes.toString()).toMatch(/^<svg xmlns.*ALBERT: time for one input.*albert-web f32.*<path/su);
    const png = await saved(page.locator('#latency .png'));
    expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(png.bytes.length).toBeGreaterThan(10_000);

    const { bytes } = await saved(page.getByRole('button', { name: 'Download the result file' }));
    const report = JSON.parse(bytes.toString()) as Report;
    const open = (text: string): Promise<void> =>
      page.locator('#open').setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: Buffer.from(text) });
    await open(JSON.stringify({ ...report, machine: { ...report.machine, cpu: 'Somebody else' } }));
    await expect.poll(() => status().textContent()).toBe('a.json is shown.');
    expect(await page.locator('#shown option:checked').textContent()).toContain('Somebody else');
    // The run that is shown is the one that is saved.
    await page.getByRole('button', { name: 'Save in this browser' }).click();
    await expect.poll(() => status().textContent()).toBe('Saved in this browser.');
    const kept = page.locator('#shown optgroup[label="Saved in this browser"] option');
    expect(await kept.allTextContents()).toEqual([expect.stringContaining('Somebody else')]);
    await open(JSON.stringify({ ...report, rows: [{}] }));
    await expect.poll(() => status().textContent()).toMatch(/not a result file of the bench/u);
    await open('not JSON');
    await expect.poll(() => status().textContent()).toMatch(/^a\.json: /u);
  });

  it(
    'answers the question with one button, stays responsive meanwhile, and shares the answer',
    { timeout: 480_000 },
    async () => {
      const headline = page.locator('#headline');
      expect(await headline.textContent()).toMatch(/\?$/u);
      expect(await page.locator('#details').getAttribute('open')).toBeNull();
      // By then, the worker that examines the browser has ended.
      await expect.poll(() => status().textContent()).toBe('Ready.');
      // Engines compute in a worker, so that the page stays responsive.
      const worker = page.waitForEvent('worker');
      await page.getByRole('button', { name: 'Measure this computer' }).click();
      expect((await worker).url()).toContain('measuring-worker');
      await expect.poll(() => status().textContent(), { timeout: 460_000 }).toBe('Done.');
      const answer = /: [\d.]+ pairs of sentences a second, .* (?:transformers\.js|tfjs)\.$/u;
      expect(await headline.textContent()).toMatch(answer);
      expect(await headline.textContent()).toMatch(/^On this computer:/u);
      const names = await page.locator('#pairs svg text').allTextContents();
      expect(names).toEqual(expect.arrayContaining(['albert-web', 'transformers.js', 'plain tfjs']));

      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByRole('button', { name: 'Copy link' }).click();
      await expect.poll(() => status().textContent()).toBe('Copied.');
      const link = await page.evaluate(() => navigator.clipboard.readText());
      const [image] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Save as image' }).click(),
      ]);
      expect(image.suggestedFilename()).toBe('albert-web-pairs.png');
      expect((await readFile(await image.path())).subarray(1, 4).toString()).toBe('PNG');
      expect(await violations(page)).toEqual([]);

      await page.goto('about:blank');
      await page.goto(link);
      await expect.poll(() => status().textContent()).toMatch(/came with the link/u);
      expect(await page.locator('#headline').textContent()).toMatch(answer);
      // Whoever opens the link may have a different computer.
      expect(await page.locator('#headline').textContent()).toMatch(/^On .+, \d+ cores?:/u);

      await page.goto('about:blank');
      await page.goto(`${link.slice(0, -40)}AAAA`);
      await expect.poll(() => status().textContent()).toMatch(/does not contain a complete run/u);
      expect(await page.locator('#headline').textContent()).toMatch(/\?$/u);
    },
  );

  it('measures loading, cold and cached', async () => {
    await fillIn({ lengths: '8', batches: '1' });
    await page.getByLabel('loading, cold and cached').check();
    await page.getByLabel('f32').uncheck();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect.poll(() => status().textContent(), { timeout: 90_000 }).toBe('Done.');
    const inputs = await page.locator('#table tbody th').allInnerTexts();
    expect(inputs.slice(0, 2)).toEqual([
      'load and first verdict, cold, wasm, 1 thread',
      'load and first verdict, cached, wasm, 1 thread',
    ]);
  });

  it.each([320, 1920])('fits into %d pixels', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    await page.getByText('Details', { exact: true }).click();
    await page.getByLabel('Show').selectOption({ index: 1 });
    await page.locator('#latency svg').first().waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it('stops when canceled, and keeps the results so far', async () => {
    await fillIn({ lengths: '8, 128', batches: '1, 2' });
    await page.getByLabel('Rounds').fill('100');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('#table tbody tr').first().waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => status().textContent(), { timeout: 60_000 }).toMatch(/^Canceled/u);
    expect(await page.locator('#table tbody tr').count()).toBeGreaterThan(0);
    expect(await page.getByRole('button', { name: 'Run', exact: true }).isEnabled()).toBe(true);
  });

  it('names the wrong field in the form', async () => {
    await fillIn({ lengths: 'long', batches: '1' });
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect.poll(() => status().textContent()).toMatch(/"long" was given for lengths/u);
  });

  it('measures for the headless runner, on WebGL too', async () => {
    const events: BenchEvent[] = [];
    await page.exposeFunction('albertBenchEvent', (event: BenchEvent) => events.push(event));
    await page.evaluate(async () => {
      await globalThis.albertBench?.forward({
        shape: 'mini',
        candidates: [
          { engine: 'albert-web', backend: 'webgl', precision: 'f32' },
          { engine: 'tfjs', backend: 'webgl', precision: 'f32' },
        ],
        inputs: [{ batch: 1, length: 5 }],
        threads: 1,
        rounds: 3,
        budgetMs: 0,
        parts: true,
      });
    });
    const rows = events.flatMap((event) => (event.kind === 'row' ? [event.row] : []));
    expect(rows.map(({ engine, runs }) => [engine, runs])).toEqual([
      ['albert-web', 3],
      ['tfjs', 3],
    ]);
    const parts = events.flatMap((event) => (event.kind === 'part' ? [event.row.part] : []));
    expect(parts).toEqual(['embeddings', 'encoder', 'read-back of every token']);
  });
});

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}
