/**
 * A disposed model leaves no worker behind, neither its own nor its WebAssembly threads, and no memory. Each thread holds a lock as
 * long as it lives, which the page can see. `npm run load-test` runs 200 rounds, and writes a record.
 */
import { writeFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { isolationHeaders, type StaticServer } from '@albert-web/browser/static-server';
import { servePage } from './pages.ts';
import { residentBytes } from './soak/processes.ts';

const full = process.env['LOAD_TEST'] === 'full';
const rounds = full ? 200 : 5;
/** After this many rounds, caches are filled and code is compiled. From then on, memory is compared. */
const warmUp = rounds / 5;
/** Bytes by which the browser may grow: less than two leftover workers would take. */
const maxGrowth = 32 << 20;

let browser: Browser;
let server: StaticServer;
let page: Page;

beforeAll(async () => {
  server = await servePage('<script src="/albert/albert.js"></script>', isolationHeaders);
  browser = await launchChromium();
  page = await browser.newPage();
  await page.goto(server.url);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** The browser's memory after each round, by threads. Written during the run, so that one that is stopped early has its record. */
const output = process.env['LIVES_OUTPUT'];
const lives: { threads: number; rounds: number; workersLeft: number; mebibytes: number[] }[] = [];

const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

/** Returns the number of locks held by living threads. */
const livingThreads = (): Promise<number> =>
  page.evaluate(async () => {
    const { held = [] } = await navigator.locks.query();
    return held.filter(({ name }) => name?.startsWith('albert-worker-')).length;
  });

it.each([1, 2, 4])(
  `loads and disposes ${rounds} times with %i threads, each time down to the last worker`,
  async (threads) => {
    const before = page.workers().length;
    const resident: number[] = [];
    const life = { threads, rounds: 0, workersLeft: 0, mebibytes: [] as number[] };
    lives.push(life);
    for (let round = 0; round < rounds; round++) {
      await page.evaluate(async (threads) => {
        const model = await window.albert?.load(undefined, { backend: 'wasm', threads, probeTimeout: 60_000 });
        Object.assign(globalThis, { model });
      }, threads);
      expect(await livingThreads()).toBe(threads - 1);
      await page.evaluate(() => (globalThis as unknown as { model: { dispose(): Promise<void> } }).model.dispose());
      expect(await livingThreads()).toBe(0);
      resident.push((await residentBytes(browser)) ?? 0);
      life.rounds = round + 1;
      life.workersLeft = page.workers().length - before;
      life.mebibytes.push(mebibytes(resident.at(-1) ?? 0));
      if (output) await writeFile(output, `${JSON.stringify({ browser: browser.version(), lives }, null, 2)}\n`);
    }
    await expect.poll(() => page.workers().length, { timeout: 15_000 }).toBe(before);
    if (!full) return;
    const [early, late] = [resident[warmUp] ?? 0, resident.at(-1) ?? 0];
    console.log(
      `${threads} threads: ${mebibytes(early)} MiB after ${warmUp} rounds, ${mebibytes(late)} MiB after ${rounds}`,
    );
    expect(late - early).toBeLessThan(maxGrowth);
  },
  3_600_000,
);

it('leaves no worker behind after an aborted load', async () => {
  for (const milliseconds of [0, 50, 150, 300, 600]) {
    await page.evaluate(async (milliseconds) => {
      const loading = window.albert?.load(undefined, {
        backend: 'wasm',
        threads: 4,
        signal: AbortSignal.timeout(milliseconds),
      });
      await loading?.then(
        (model) => model.dispose(),
        () => undefined,
      );
    }, milliseconds);
    await expect.poll(livingThreads, { timeout: 15_000 }).toBe(0);
    await expect.poll(() => page.workers().length, { timeout: 15_000 }).toBe(0);
  }
});
