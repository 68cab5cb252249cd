/** What the page tests share: the built page on a server, browsers with caches of their own, and queries of the page. */
import path from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, Locator, Page } from 'playwright';
import { changeJson } from '@albert-web/browser/changed-json';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { isolationHeaders, startStaticServer } from '@albert-web/browser/static-server';

/** The built page. */
export interface Demo {
  readonly url: string;
  readonly browser: Browser;
  /** A page with caches of its own. */
  open(hash?: string, prepare?: (context: BrowserContext) => Promise<unknown>): Promise<OpenedPage>;
  close(): Promise<void>;
}

/** Closed with its context. */
export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
}

/** Milliseconds that a busy machine may take for a step. */
export const slowest = 90_000;

/** Serves the build, `npm run build` having made it. */
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

/** The verdict's card, in one state. */
export const verdict = (page: Page, kind: string): Locator => page.locator(`#verdict[data-kind=${kind}]`);
export const first = (page: Page): Locator => page.getByRole('textbox', { name: 'First sentence' });
export const second = (page: Page): Locator => page.getByRole('textbox', { name: 'Second sentence' });

/** As a pattern of URLs. */
export const defaultConfig = '**/weights/default/config.json';

/** The default model with another band in which it is unsure: always with [0, 1], never with [0.5, 0.5]. */
export const unsureWithin =
  (band: readonly [number, number]) =>
  (target: BrowserContext | Page): Promise<unknown> =>
    changeJson(target, defaultConfig, { unsure: band });

/** A page of the default caches whose first pair is judged and explained; kept for tests that need no fresh one. */
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

/** Opens what the page folds: the explanation, and the inside of the model. */
export async function unfold(page: Page): Promise<void> {
  await page.locator('#panel-compare .how').evaluateAll((all: HTMLDetailsElement[]) => {
    for (const folded of all) folded.open = true;
  });
}

/** Nothing that was typed is still to be judged or explained. */
export async function explained(page: Page): Promise<void> {
  await page.locator('#how-answer[aria-busy=false]').waitFor();
}

/** Ends the worker that runs the model, as running out of memory does. */
export async function crashWorker(page: Page): Promise<void> {
  const [worker] = page.workers();
  if (!worker) throw new Error('The page has no worker');
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('out of memory');
    });
  });
}

/** Types two sentences, and reads the percentage once they are judged and explained. */
export async function judge(page: Page, a: string, b: string, kind: 'same' | 'different'): Promise<number> {
  await first(page).fill(a);
  await second(page).fill(b);
  await explained(page);
  await verdict(page, kind).waitFor();
  return Number((await page.locator('#verdict-number').innerText()).match(/\d+/u)?.[0]);
}

/** What axe finds. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

/** What people ask of their browser, and the direction of the page. */
const looks = {
  light: { colorScheme: 'light', direction: 'ltr' },
  dark: { colorScheme: 'dark', direction: 'ltr' },
  'forced colors': { colorScheme: 'dark', forcedColors: 'active', direction: 'ltr' },
  'right to left': { colorScheme: 'light', direction: 'rtl' },
} as const;

/** What axe finds in each look, named by the look. */
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

/** Pixels by which the page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
