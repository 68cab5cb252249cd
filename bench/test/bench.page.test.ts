/** The built page in Chromium, as a person uses it: `npm run build` first. */
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';
import { chromiumFlags, findChromium } from '../../scripts/chromium.mjs';
import { isolationHeaders, startStaticServer, type StaticServer } from '../../scripts/static-server.mjs';
import type { BenchEvent } from '../src/report/collect.ts';
import type { Report } from '../src/report/report.ts';

const pageFolder = fileURLToPath(new URL('../dist', import.meta.url));

let browser: Browser;
let server: StaticServer;
let page: Page;
let problems: string[];

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
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

/** Chooses the mini shape and short inputs. */
async function fillIn({ lengths, batches }: { lengths: string; batches: string }): Promise<void> {
  await page.getByLabel('Shape').selectOption('mini');
  await page.getByLabel('Lengths').fill(lengths);
  await page.getByLabel('Batches').fill(batches);
  await page.getByLabel('Rounds').fill('3');
}

const status = (): ReturnType<Page['locator']> => page.locator('#status');

describe('the bench page', () => {
  it('measures us and our peers, and shows, copies and compares what it found', async () => {
    await fillIn({ lengths: '8, 16', batches: '1, 2' });
    await page.getByLabel('plain tfjs').check();
    await page.getByLabel('onnxruntime-web').check();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await expect.poll(() => status().textContent(), { timeout: 90_000 }).toBe('Done.');

    // f32 and q8 of ours and of ONNX Runtime, f32 of tfjs; four inputs.
    expect(await page.locator('#table tbody tr').count()).toBe(5 * 4);
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

    await page.getByRole('button', { name: 'Save this run' }).click();
    await page.locator('#saved').selectOption({ index: 1 });
    expect(await page.locator('#table thead th').last().textContent()).toBe('against saved');
    expect(await page.locator('#table tbody tr').first().locator('td').last().textContent()).toBe('1.00x ');
  });

  it('stops when cancelled, and keeps what it has', async () => {
    await fillIn({ lengths: '8, 128', batches: '1, 2' });
    await page.getByLabel('Rounds').fill('100');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('#table tbody tr').first().waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => status().textContent(), { timeout: 60_000 }).toMatch(/^Cancelled/u);
    expect(await page.locator('#table tbody tr').count()).toBeGreaterThan(0);
    expect(await page.getByRole('button', { name: 'Run', exact: true }).isEnabled()).toBe(true);
  });

  it('says what is wrong in the form', async () => {
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
