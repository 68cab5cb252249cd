/** Loads in real Chromium from a real server: killed during a load, resumed, then without the network. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collectAndPause, watchHeap } from '@albert-web/browser/heap';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { indexFile } from '../src/safetensors/shard-index.ts';
import { writeShardedCheckpoint } from '../src/safetensors/shards.ts';
import { writeSafetensors } from '../src/safetensors/write.ts';
import { fileRecord, randomCheckpoint } from '../src/testing/checkpoints.ts';
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
/** Twelve megabytes in shards of the usual length. */
let large: Record<string, Uint8Array>;
/** Models by the layout of their weights. */
let layouts: Record<string, Record<string, Uint8Array>>;
/** Handles requests under `/encoded/`. */
let onEncoded: Handler | undefined;
/** Handles requests for shards, if set. */
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
  model = await modelFolder(checkpoint, { maxBytes: 140_000 });
  large = await modelFolder(randomCheckpoint({ a: [1000, 1024], b: [1000, 1024], c: [1000, 1024] }));
  layouts = {
    'shards with hashes': model,
    'shards without hashes': { ...model, [indexFile]: withoutHashes(model[indexFile]) },
    'one file': { 'config.json': new TextEncoder().encode('{}'), 'model.safetensors': writeSafetensors(checkpoint) },
  };
  server = await serve((request, response) => answer(request, response));
  browser = await launchChromium(['--js-flags=--expose-gc']);
});

/** Removes the hashes from an index, so that it is as transformers writes it. */
function withoutHashes(index: Uint8Array | undefined): Uint8Array {
  const { metadata, weight_map } = JSON.parse(new TextDecoder().decode(index)) as Record<string, object>;
  return new TextEncoder().encode(JSON.stringify({ metadata: { ...metadata, shards: undefined }, weight_map }));
}

async function modelFolder(
  ...written: Parameters<typeof writeShardedCheckpoint>
): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  const files = fileRecord(await writeShardedCheckpoint(...written));
  return { ...files, 'config.json': new TextEncoder().encode('{}') };
}

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
  if (path.startsWith('/encoded/')) return onEncoded?.(request, response);
  if (path.startsWith('/large/')) return staticFiles(large, '/large/')(request, response);
  if (path.startsWith('/model/')) return staticFiles(model, '/model/')(request, response);
  const file = path === '/' ? 'index.html' : path.slice(1);
  void sendFile(file, response);
};

async function sendFile(file: string, response: ServerResponse): Promise<void> {
  const bytes = await readFile(join(folder, file)).catch(() => undefined);
  const type = file.endsWith('.html') ? 'text/html' : 'text/javascript';
  response.writeHead(bytes ? 200 : 404, { 'content-type': type }).end(bytes);
}

/** A fast setting: Brotli's default takes seconds for a shard. */
const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/**
 * Serves files under `/encoded/` as GitHub Pages and nginx's `gzip_static` do: compressed, and with the length of the
 * compressed body. A script of another origin, which cannot see the encoding, could mistake this for the file's length.
 */
function encoded(
  files: Readonly<Record<string, Uint8Array>>,
  encoding: 'gzip' | 'br' | undefined,
  withLength: boolean,
): Handler {
  return (request, response) => {
    const file = files[(request.url ?? '').replace('/encoded/', '')];
    response.setHeader('access-control-allow-origin', '*');
    if (!file) return void response.writeHead(404).end();
    const body = encoding === 'gzip' ? gzipSync(file) : encoding === 'br' ? brotliCompressSync(file, quick) : file;
    if (encoding) response.setHeader('content-encoding', encoding);
    if (withLength) response.setHeader('content-length', body.length);
    response.writeHead(200);
    if (request.method !== 'HEAD') response.write(body);
    response.end();
  };
}

function redirect(path: string | undefined, to: string, response: ServerResponse): void {
  response.writeHead(302, { location: `${to}${path}`, 'access-control-allow-origin': '*' }).end();
}

/** Breaks off the first connection for each file in the middle of its body. */
function breakingOff(handler: Handler): Handler {
  const broken = new Set<string>();
  return (request, response) => {
    const path = request.url ?? '';
    if (!path.endsWith('.safetensors') || request.method === 'HEAD' || broken.has(path))
      return handler(request, response);
    broken.add(path);
    const write = response.write.bind(response);
    response.write = (body: Buffer): boolean => write(body.subarray(0, body.length / 2), () => void response.destroy());
    response.end = () => response;
    handler(request, response);
  };
}

/** Lets the browser cache files, but makes it revalidate them each time. */
function revalidated(files: Readonly<Record<string, Uint8Array>>): Handler {
  const handler = encoded(files, 'gzip', true);
  return (request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('cache-control', 'no-cache');
    response.setHeader('etag', '"1"');
    if (request.headers['if-none-match'] === '"1"') return void response.writeHead(304).end();
    handler(request, response);
  };
}

const shardRequests = (): string[] =>
  server.requests.splice(0).flatMap(({ path }) => (path.endsWith('.safetensors') ? [path] : []));

async function open(page: Page): Promise<void> {
  await page.goto(server.url);
  await page.waitForFunction('globalThis.page !== undefined');
}

/** Loads a model in the page. @param at another URL than a folder of this server */
function load(
  page: Page,
  { model = 'model', localOnly = false, at }: { model?: string; localOnly?: boolean; at?: string } = {},
): Promise<Loaded> {
  return page.evaluate(
    ([url, localOnly]) => (globalThis as unknown as { page: LoadingPage }).page.load(url, localOnly),
    [at ?? `${server.url}/${model}`, localOnly] as const,
  );
}

describe('loading in a page', () => {
  it('fetches only the missing shards after it was killed, and none the third time', async () => {
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

  it('reports bytes that never decrease, up to a constant total', async () => {
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

  it('transfers little more than the files, and uses little more memory than the weights', async () => {
    const context = await browser.newContext();
    await context.addInitScript(collectAndPause);
    const page = await context.newPage();
    const transfers: Promise<number>[] = [];
    page.on('requestfinished', (request) => {
      if (!request.url().includes('/large/')) return;
      transfers.push(request.sizes().then((sizes) => sizes.responseHeadersSize + sizes.responseBodySize));
    });
    await open(page);
    const devtools = await context.newCDPSession(page);
    let bytes = NaN;
    const { before, peak } = await watchHeap(devtools, async () => {
      ({ bytes } = await load(page, { model: 'large' }));
    });
    // The weights, and a third of that: what a shard is hashed from (`scratch-copy.ts`).
    expect((peak.buffers - before.buffers) / bytes).toBeGreaterThan(1);
    expect((peak.buffers - before.buffers) / bytes).toBeLessThan(1.5);
    const files = Object.values(large).reduce((sum, file) => sum + file.length, 0);
    const wire = (await Promise.all(transfers)).reduce((sum, transfer) => sum + transfer, 0);
    expect(wire / files).toBeGreaterThan(1);
    expect(wire / files).toBeLessThan(1.02);
    await context.close();
  });

  it('loads in two tabs at once with one cache', async () => {
    const context = await browser.newContext();
    const tabs = [await context.newPage(), await context.newPage()];
    await Promise.all(tabs.map(open));
    onShard = (request, response) => void setTimeout(() => staticFiles(model, '/model/')(request, response), 20);
    for (const { bytes } of await Promise.all(tabs.map((tab) => load(tab)))) expect(bytes).toBe(totalBytes);
    expect(shardRequests().length).toBeLessThanOrEqual(2 * shardCount);
    for (const tab of tabs) expect((await load(tab, { localOnly: true })).bytes).toBe(totalBytes);
    expect(shardRequests()).toEqual([]);
    await context.close();
  });

  it('loads without space for a cache, with a warning', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const warnings: string[] = [];
    page.on('console', (message) => warnings.push(message.text()));
    await open(page);
    const devtools = await context.newCDPSession(page);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin: server.url, quotaSize: 10_000 });
    expect((await load(page)).bytes).toBe(totalBytes);
    expect(warnings).toEqual([expect.stringMatching(/The cache cannot keep the model: .*[Qq]uota/u)]);
    expect(await page.evaluate(countKept)).toBe(0);
    await context.close();
  });

  describe.each(['the same origin', 'another origin'])('from %s', (place) => {
    it.each([
      ['shards with hashes', 'gzip', 'length'],
      ['shards without hashes', 'gzip', 'length'],
      ['shards without hashes', 'br', 'length'],
      ['shards without hashes', 'gzip', 'chunked'],
      ['shards without hashes', undefined, 'chunked'],
      ['shards without hashes', undefined, 'length'],
      ['one file', 'gzip', 'length'],
      ['one file', 'gzip', 'chunked'],
      ['one file', 'br', 'length'],
      ['one file', undefined, 'length'],
    ] as const)('loads %s, encoding %s, sent with %s', async (layout, encoding, framing) => {
      await using other = await serve(encoded(layouts[layout] ?? {}, encoding, framing === 'length'));
      if (place === 'the same origin') onEncoded = encoded(layouts[layout] ?? {}, encoding, framing === 'length');
      const context = await browser.newContext();
      const page = await context.newPage();
      await open(page);
      const at = place === 'the same origin' ? `${server.url}/encoded` : `${other.url}/encoded`;
      expect((await load(page, { at })).bytes).toBe(totalBytes);
      await context.close();
    });
  });

  it.each<[string, (other: string) => Handler]>([
    ['redirects to another origin', (other) => (request, response) => redirect(request.url, other, response)],
    ['breaks off in a compressed body', () => breakingOff(encoded(layouts['one file'] ?? {}, 'gzip', true))],
    ['breaks off without a length', () => breakingOff(encoded(layouts['one file'] ?? {}, undefined, false))],
    ['responds with 304 to requests for cached files', () => revalidated(layouts['one file'] ?? {})],
  ])('loads from a server that %s', async (_, handlerFor) => {
    await using target = await serve(encoded(layouts['one file'] ?? {}, 'gzip', true));
    await using other = await serve(handlerFor(target.url));
    const context = await browser.newContext();
    const page = await context.newPage();
    await open(page);
    for (const place of [other.url, other.url]) {
      await page.evaluate(() => caches.delete('albert-web-v1'));
      expect((await load(page, { at: `${place}/encoded` })).bytes).toBe(totalBytes);
    }
    await context.close();
  });

  it('loads without the network once it was loaded', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await open(page);
    await load(page);
    await context.setOffline(true);
    expect((await load(page)).bytes).toBe(totalBytes);
    expect((await load(page, { localOnly: true })).bytes).toBe(totalBytes);
    await context.close();
  });
});

/** Counts the shards in the page's cache. Runs in the page. */
async function countKept(): Promise<number> {
  const cache = await caches.open('albert-web-v1');
  return (await cache.keys()).filter(({ url }) => url.includes('.safetensors?')).length;
}
