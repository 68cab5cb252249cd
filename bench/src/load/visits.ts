/** Visits to the built load page in headless Chromium, with the bytes that each request transferred. */
import type { Browser, BrowserContext, CDPSession, JSHandle, Page } from 'playwright';
import type { LoadPage } from './page/main.ts';

/** A network between page and server, emulated by Chromium. */
export interface Network {
  readonly name: string;
  /** Undefined for the loopback without throttling. */
  readonly limits?: { readonly megabitsPerSecond: number; readonly latencyMs: number };
}

/** An open page. */
export interface Visit {
  /** The functions of `page/main.ts`, to call in the page. */
  readonly loadPage: JSHandle<LoadPage>;
  readonly devtools: CDPSession;
  /** Bytes over the wire so far, by path: bodies and headers of requests and responses. */
  readonly sent: () => Promise<ReadonlyMap<string, number>>;
}

/** Opens the page in `context`, runs `work` in it, and closes it. */
export async function visit<T>(
  context: BrowserContext,
  url: string,
  { limits }: Network,
  work: (visit: Visit) => Promise<T>,
): Promise<T> {
  const page = await context.newPage();
  const sent = countBytes(page);
  const devtools = await context.newCDPSession(page);
  try {
    if (limits) {
      const bytesPerSecond = (limits.megabitsPerSecond * 1e6) / 8;
      await devtools.send('Network.enable');
      await devtools.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: limits.latencyMs,
        downloadThroughput: bytesPerSecond,
        uploadThroughput: bytesPerSecond,
      });
    }
    await page.goto(url);
    await page.waitForFunction('globalThis.loadPage !== undefined');
    const loadPage = await page.evaluateHandle(
      () => (globalThis as unknown as { readonly loadPage: LoadPage }).loadPage,
    );
    return await work({ loadPage, devtools, sent });
  } finally {
    await page.close();
  }
}

/** Runs `work` with a profile that has never visited the page. */
export async function withFreshProfile<T>(browser: Browser, work: (context: BrowserContext) => Promise<T>): Promise<T> {
  const context = await browser.newContext();
  try {
    return await work(context);
  } finally {
    await context.close();
  }
}

function countBytes(page: Page): Visit['sent'] {
  const finished: Promise<readonly [string, number]>[] = [];
  page.on('requestfinished', (request) => {
    const path = new URL(request.url()).pathname;
    const total = request
      .sizes()
      .then(
        (sizes) =>
          sizes.requestHeadersSize + sizes.requestBodySize + sizes.responseHeadersSize + sizes.responseBodySize,
      );
    finished.push(total.then((bytes) => [path, bytes] as const));
  });
  return async () => {
    const sums = new Map<string, number>();
    for (const [path, bytes] of await Promise.all(finished)) sums.set(path, (sums.get(path) ?? 0) + bytes);
    return sums;
  };
}

/** Returns the bytes of all paths that begin with `prefix`. */
export function bytesUnder(sent: ReadonlyMap<string, number>, prefix: string): number {
  return [...sent].reduce((sum, [path, bytes]) => (path.startsWith(prefix) ? sum + bytes : sum), 0);
}
