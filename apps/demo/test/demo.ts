/** Shared by the page tests: the built page on a server, browsers with separate caches, and queries of the page. */
import path from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, Locator, Page } from 'playwright';
import { changeJson } from '@albert-web/browser/changed-json';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { isolationHeaders, startStaticServer } from '@albert-web/browser/static-server';

/** The built page, served. */
export interface Demo {
  readonly url: string;
  readonly browser: Browser;
  /** Opens a page with its own caches. */
  open(hash?: string, prepare?: (context: BrowserContext) => Promise<unknown>): Promise<OpenedPage>;
  close(): Promise<void>;
}

/** An open page. Disposing closes it with its context. */
export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
}

/** Maximum milliseconds of a step on a busy machine. */
export const slowest = 90_000;

/** Serves the build of `npm run build`. */
export async function startDemo(): Promise<Demo> {
  const browser = await launchChromium();
  const dist = path.join(import.meta.dirname, '../dist');
  const server = await startStaticServer({ mounts: { '/': dist }, headers: isolationHeaders });
  return {
    url: server.url,
    browser,
    async open(hash = '', prepare = () => Promise.resolve()) {
      const context = await browser.newContext();
      context.setDefaultTimeout(slowest);
      await prepare(context);
      const page = await context.newPage();
      await page.goto(`${server.url}/${hash}`);
      return { page, [Symbol.asyncDispose]: () => context.close() };
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Locates the verdict's card in a state. */
export const verdict = (page: Page, kind: string): Locator => page.locator(`#verdict[data-kind=${kind}]`);
export const first = (page: Page): Locator => page.getByRole('textbox', { name: 'First sentence' });
export const second = (page: Page): Locator => page.getByRole('textbox', { name: 'Second sentence' });

/** URL pattern of the default model's configuration. */
export const defaultConfig = '**/weights/default/config.json';

/** Changes the range in which the default model is unsure: always with [0, 1], never with [0.5, 0.5]. */
export const unsureWithin =
  (band: readonly [number, number]) =>
  (target: BrowserContext | Page): Promise<unknown> =>
    changeJson(target, defaultConfig, { unsure: band });

/** Opens a page with the default caches, and waits for the verdict and its explanation; for tests that do not need a new page. */
export async function openJudged(
  { browser, url }: Demo,
  prepare: (page: Page) => Promise<unknown> = () => Promise.resolve(),
): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(slowest);
  await prepare(page);
  await page.goto(url);
  await verdict(page, 'same').waitFor();
  await unfold(page);
  await explained(page);
  return page;
}

/** Opens the collapsed parts of the page: the explanation, and the details inside the model. */
export async function unfold(page: Page): Promise<void> {
  await page.locator('#panel-compare .how').evaluateAll((all: HTMLDetailsElement[]) => {
    for (const folded of all) folded.open = true;
  });
}

/** Waits until the typed text is compared and explained. */
export async function explained(page: Page): Promise<void> {
  await page.locator('#how-answer[aria-busy=false]').waitFor();
}

/** Crashes the worker that runs the model, as if it ran out of memory. */
export async function crashWorker(page: Page): Promise<void> {
  const [worker] = page.workers();
  if (!worker) throw new Error('The page has no worker');
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('out of memory');
    });
  });
}

/** Types two sentences, and reads the percentage once they are compared and explained. */
export async function judge(page: Page, a: string, b: string, kind: 'same' | 'different'): Promise<number> {
  await first(page).fill(a);
  await second(page).fill(b);
  await explained(page);
  await verdict(page, kind).waitFor();
  return Number((await page.locator('#verdict-number').innerText()).match(/\d+/u)?.[0]);
}

/** Returns the violations that axe finds. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

/** Preferences that users set in their browser, and the direction of the page. */
const looks = {
  light: { colorScheme: 'light', direction: 'ltr' },
  dark: { colorScheme: 'dark', direction: 'ltr' },
  'forced colors': { colorScheme: 'dark', forcedColors: 'active', direction: 'ltr' },
  'right to left': { colorScheme: 'light', direction: 'rtl' },
} as const;

/** Returns the violations that axe finds in each look, prefixed with the look. */
export async function violationsInEveryLook(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const [look, { direction, ...media }] of Object.entries(looks)) {
    await page.emulateMedia({ forcedColors: 'none', ...media });
    await page.evaluate((direction) => (document.documentElement.dir = direction), direction);
    found.push(...(await violations(page)).map((violation) => `${look}: ${violation}`));
  }
  await page.emulateMedia({ colorScheme: null, forcedColors: null });
  await page.evaluate(() => document.documentElement.removeAttribute('dir'));
  return found;
}

/** Returns the pixels by which the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
