/** Checks of an audit such as Lighthouse that do not depend on the machine. */
import { gzipSync } from 'node:zlib';
import type { Page, Response } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemo, verdict, type Demo, type OpenedPage } from './demo.ts';

let demo: Demo;
let opened: OpenedPage;
let page: Page;
const responses: Response[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  demo = await startDemo();
  opened = await demo.open('', async (context) => {
    context.on('response', (response) => {
      // The service worker fetches the same files again, to cache them.
      if (!response.request().serviceWorker()) responses.push(response);
    });
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    context.on('weberror', (error) => complaints.push(String(error.error())));
  });
  page = opened.page;
  await page.setViewportSize({ width: 390, height: 844 });
  await verdict(page, 'same').waitFor();
});
afterAll(async () => {
  await opened[Symbol.asyncDispose]();
  await demo.close();
});

describe('until the first verdict', () => {
  it('no resource is missing, blocked or fetched from elsewhere, including those in the footer', async () => {
    await page.locator('#footer').scrollIntoViewIfNeeded();
    await page.waitForLoadState('networkidle');
    expect(complaints).toEqual([]);
    const refused = responses.filter((response) => !response.ok()).map((response) => response.url());
    expect(refused).toEqual([]);
    expect(responses.map((response) => new URL(response.url()).origin)).not.toContainEqual(
      expect.not.stringMatching(new URL(demo.url).origin),
    );
  });

  it('no weight and no WebAssembly is fetched twice', () => {
    const urls = responses.map((response) => response.url()).filter((url) => /\/weights\/|\.wasm$/u.test(url));
    expect(urls.length).toBeGreaterThan(5);
    expect(urls.filter((url, index) => urls.indexOf(url) !== index)).toEqual([]);
  });

  it('page and script weigh at most 375 kB gzipped, and the model 7 MB', async () => {
    let [code, model] = [0, 0];
    const urls = responses.filter((response) => response.ok()).map((response) => response.url());
    // A worker may start from a blob, whose contents were already fetched.
    for (const url of new Set(urls.filter((url) => url.startsWith('http')))) {
      const body = Buffer.from(await (await fetch(url)).arrayBuffer());
      if (url.includes('/weights/')) model += body.length;
      else code += gzipSync(body, { level: 9 }).length;
    }
    // The script alone may be 350 kB.
    expect(code).toBeGreaterThan(100_000);
    expect(code).toBeLessThan(375_000);
    expect(model).toBeGreaterThan(5_000_000);
    expect(model).toBeLessThan(7_000_000);
  });

  it('no script blocks the first paint', async () => {
    const blocking = await page.locator('head script:not([type=module]):not([async]):not([defer])').count();
    expect(blocking).toBe(0);
  });
});

describe('the document', () => {
  it('has a language, a title, a description, a viewport that zooms, an icon and a manifest', async () => {
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.title()).toContain('albert-web');
    const content = (name: string) => page.locator(`meta[name=${name}]`).first().getAttribute('content');
    expect((await content('description'))?.length).toBeGreaterThan(40);
    expect(await content('viewport')).toMatch(/width=device-width/u);
    expect(await content('viewport')).not.toMatch(/user-scalable|maximum-scale/u);
    expect(await page.locator('link[rel=icon]').count()).toBe(1);
    const address = (await page.locator('link[rel=manifest]').getAttribute('href')) ?? '';
    const manifest = await page.evaluate(async (href) => (await fetch(href)).json() as Promise<object>, address);
    expect(Object.keys(manifest)).toEqual(expect.arrayContaining(['name', 'icons', 'start_url', 'display']));
  });

  it('has headings without skipped levels, and the first is the title of the page', async () => {
    const levels = await page
      .locator('h1, h2, h3, h4')
      .evaluateAll((all) => all.map(({ tagName }) => Number(tagName[1])));
    expect(levels[0]).toBe(1);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.forEach((level, index) => expect(level - (levels[index - 1] ?? level)).toBeLessThanOrEqual(1));
  });
});

describe('on a phone', () => {
  it.each(['Two sentences', 'Train', 'A list', 'A file'])(
    'all targets in "%s" are large enough, and all text is readable',
    async (tab) => {
      await page.getByRole('tab', { name: tab }).click();
      const [small, tiny] = await page.evaluate(() => {
        const seen = (element: Element): boolean =>
          element.checkVisibility() && !element.closest('.sr') && !element.classList.contains('skip');
        const nameOf = (element: Element): string => element.id || element.textContent.trim();
        const targets = Array.from(document.querySelectorAll('button, select, summary, input, textarea, a'));
        const small = targets.filter((element) => {
          // A checkbox in a label can be clicked through its label.
          const { width, height } = (element.closest('label') ?? element).getBoundingClientRect();
          return seen(element) && (width < 24 || height < 24);
        });
        const texts = Array.from(document.querySelectorAll('main *, footer, header *')).filter(
          (element) =>
            seen(element) &&
            Array.from(element.childNodes).some((node) => node.nodeType === 3 && node.textContent?.trim()),
        );
        const tiny = texts.filter((element) => Number.parseFloat(getComputedStyle(element).fontSize) < 12);
        return [small.map(nameOf), tiny.map(nameOf)];
      });
      expect(small).toEqual([]);
      expect(tiny).toEqual([]);
    },
  );

  it('all tabs are visible', async () => {
    const list = await page.locator('#tabs').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    expect(list).toBeLessThanOrEqual(0);
  });
});
