/** Loading in real Chromium from a real server: killed in the middle, resumed, then without the network. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromiumFlags, findChromium } from '../../../scripts/chromium.mjs';
import { writeShardedCheckpoint } from '../src/safetensors/shards.ts';
import { randomCheckpoint } from '../src/testing/checkpoints.ts';
import { serve, staticFiles, type Handler, type TestServer } from '../src/testing/server.ts';
import type { Loaded, LoadingPage } from './page/main.ts';

const shardCount = 12;
const checkpoint = randomCheckpoint(
  Object.fromEntries(Array.from({ length: shardCount }, (_, i) => [`w${i}`, [128, 256]])),
);
const totalBytes = shardCount * 128 * 256 * 4;

let folder: string;
let browser: Browser;
let server: TestServer;
let model: Record<string, Uint8Array>;
/** What the server does with a request for a shard. */
let onShard: Handler | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albert-page-'));
  const root = fileURLToPath(new URL('page', import.meta.url));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    resolve: { conditions: ['source', 'module', 'browser', 'production'] },
    build: { outDir: folder, emptyOutDir: true, target: 'es2022' },
  });
  const written = await writeShardedCheckpoint(checkpoint, { maxBytes: 140_000 });
  model = Object.fromEntries(written.map(({ path, bytes }) => [path, bytes]));
  model['config.json'] = new TextEncoder().encode('{}');
  server = await serve((request, response) => answer(request, response));
  browser = await chromium.launch({ executablePath: findChromium(), args: chromiumFlags });
});
beforeEach(() => {
  onShard = undefined;
  shardRequests();
});
afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const answer: Handler = (request, response) => {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  if (path.endsWith('.safetensors') && onShard) return onShard(request, response);
  if (path.startsWith('/model/')) return staticFiles(model, '/model/')(request, response);
  const file = path === '/' ? 'index.html' : path.slice(1);
  void sendFile(file, response);
};

async function sendFile(file: string, response: ServerResponse): Promise<void> {
  const bytes = await readFile(join(folder, file)).catch(() => undefined);
  const type = file.endsWith('.html') ? 'text/html' : 'text/javascript';
  response.writeHead(bytes ? 200 : 404, { 'content-type': type }).end(bytes);
}

const shardRequests = (): string[] =>
  server.requests.splice(0).flatMap(({ path }) => (path.endsWith('.safetensors') ? [path] : []));

async function open(page: Page): Promise<void> {
  await page.goto(server.url);
  await page.waitForFunction('globalThis.page !== undefined');
}

function load(page: Page, localOnly = false): Promise<Loaded> {
  return page.evaluate(
    ([url, localOnly]) => (globalThis as unknown as { page: LoadingPage }).page.load(url, localOnly),
    [`${server.url}/model`, localOnly] as const,
  );
}

describe('loading in a page', () => {
  it('fetches only what is missing after it was killed, and nothing the third time', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await open(page);
    let answered = 0;
    const finished: string[] = [];
    onShard = (request, response) => {
      // Five shards arrive; the connections of the others stay open and silent until the tab dies.
      if (answered++ >= 5) return;
      finished.push(request.url ?? '');
      staticFiles(model, '/model/')(request, response);
    };
    const dying = load(page).catch(() => undefined);
    await expect.poll(() => page.evaluate(countKept), { timeout: 20_000 }).toBe(5);
    await page.close();
    await dying;
    shardRequests();

    onShard = undefined;
    const second = await context.newPage();
    await open(second);
    const resumed = await load(second);
    expect(resumed).toMatchObject({ tensors: shardCount, bytes: totalBytes });
    const fetched = shardRequests();
    expect(fetched).toHaveLength(shardCount - 5);
    for (const path of finished) expect(fetched).not.toContain(path);

    const third = await load(second);
    expect(third.bytes).toBe(totalBytes);
    expect(shardRequests()).toEqual([]);
    await context.close();
  });

  it('reports bytes that only rise to a total that stays', async () => {
    const page = await browser.newPage();
    await open(page);
    const { progress } = await load(page);
    const total = progress[0]?.total;
    progress.reduce((before, report) => {
      expect(report.loaded).toBeGreaterThan(before);
      expect(report.total).toBe(total);
      return report.loaded;
    }, -1);
    expect(progress.at(-1)?.loaded).toBe(total);
    await page.close();
  });

  it('loads without the network once it was loaded', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await open(page);
    await load(page);
    await context.setOffline(true);
    expect((await load(page)).bytes).toBe(totalBytes);
    expect((await load(page, true)).bytes).toBe(totalBytes);
    await context.close();
  });
});

/** Shards in the page's cache; runs in the page. */
async function countKept(): Promise<number> {
  const cache = await caches.open('albert-web-v1');
  return (await cache.keys()).filter(({ url }) => url.includes('.safetensors?')).length;
}
