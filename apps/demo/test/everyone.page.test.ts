/** The page for users with only a keyboard, a small screen, no JavaScript yet, or a long file. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openJudged, overflow, startDemo, verdict, violations, type Demo } from './demo.ts';

let demo: Demo;
let page: Page;

beforeAll(async () => {
  demo = await startDemo();
  page = await openJudged(demo);
});
afterAll(() => demo.close());

const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent?.trim());

describe('with only a keyboard', () => {
  it('users can skip the header, and reach every control in the order of the page', async () => {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('tab-compare');
    const seen: (string | undefined)[] = [];
    for (let step = 0; step < 16; step++) {
      await page.keyboard.press('Tab');
      seen.push(await focused());
    }
    expect(seen).toEqual([
      'sentence-a',
      'sentence-b',
      'Same',
      'News',
      'Same topic',
      'Different',
      'Roles swapped',
      'share',
      expect.stringContaining('How it decided'),
      'As a table',
      expect.stringContaining('Inside the model'),
      'depth',
      'settle',
      // Focusable because they scroll if a text is long.
      'tokens-a',
      'tokens-b',
      // The footer. Nothing else on this panel takes the focus.
      'language',
    ]);
  });

  it('the focus is always visible', async () => {
    await page.locator('#sentence-a').focus();
    await page.keyboard.press('Tab');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outlineWidth);
    expect(outline).toBe('3px');
  });

  it('the depth can be changed with the arrow keys, and the verdict shows it', async () => {
    await page.locator('#depth').focus();
    await page.keyboard.press('ArrowLeft');
    await page.locator('#verdict-note').filter({ hasText: '5 of 6 layers' }).waitFor();
    await page.keyboard.press('End');
    await page.locator('#verdict-note').filter({ hasText: 'layers' }).waitFor({ state: 'hidden' });
  });
});

describe('on every screen', () => {
  it.each([320, 390, 768, 1280, 1920])('nothing is wider than %d pixels', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      expect(await overflow(page), `${await tab.innerText()} at ${width}`).toBeLessThanOrEqual(0);
    }
    await page.getByRole('tab', { name: 'Two sentences' }).click();
  });

  it.each([
    ['a small phone', 360, 640],
    ['a phone in landscape orientation', 844, 390],
    ['a laptop at 200 %', 640, 400],
  ])('the verdict is visible on %s', async (_, width, height) => {
    await page.setViewportSize({ width, height });
    await page.evaluate(() => window.scrollTo(0, 0));
    const { y = NaN, height: tall = NaN } = (await page.locator('#verdict').boundingBox()) ?? {};
    expect(y + tall).toBeLessThanOrEqual(height);
  });

  it('a right-to-left page does not overflow, and forced colors show which tab is selected', async () => {
    await page.evaluate(() => (document.documentElement.dir = 'rtl'));
    await page.setViewportSize({ width: 360, height: 640 });
    for (const tab of await page.getByRole('tab').all()) {
      await tab.click();
      expect(await overflow(page), await tab.innerText()).toBeLessThanOrEqual(0);
    }
    await page.getByRole('tab', { name: 'Two sentences' }).click();
    await page.evaluate(() => (document.documentElement.dir = ''));
    await page.emulateMedia({ forcedColors: 'active' });
    const underline = (name: string) =>
      page.getByRole('tab', { name }).evaluate((tab) => getComputedStyle(tab).borderBottomColor);
    expect(await underline('Two sentences')).not.toBe(await underline('A list'));
    const background = (part: string) => page.locator(part).evaluate((part) => getComputedStyle(part).backgroundColor);
    expect(await background('#meter-fill')).not.toBe(await background('#meter'));
    const edge = page.locator('#table-progress').evaluate((bar) => getComputedStyle(bar).borderTopStyle);
    expect(await edge).toBe('solid');
    await page.emulateMedia({ forcedColors: 'none' });
  });

  it('nothing moves if users prefer reduced motion', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const transition = await page.evaluate(() =>
      getComputedStyle(document.querySelector('.meter-fill') ?? document.body),
    );
    expect(transition.transitionDuration === '0s' || transition.transitionProperty === 'none').toBe(true);
  });
});

describe('before and without JavaScript', () => {
  it('the page is painted before its script has loaded', async () => {
    const context = await demo.browser.newContext({ serviceWorkers: 'block' });
    const early = await context.newPage();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await context.route('**/index-*.js', async (route) => {
      await held;
      await route.continue();
    });
    await early.goto(demo.url, { waitUntil: 'commit' });
    await early.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
    await early.getByRole('textbox', { name: 'First sentence' }).waitFor();
    release();
    await verdict(early, 'same').waitFor();
    await context.close();
  });

  it('the page says what it needs', async () => {
    const context = await demo.browser.newContext({ javaScriptEnabled: false });
    const bare = await context.newPage();
    await bare.goto(demo.url);
    expect(await bare.locator('noscript p').innerText()).toContain('without JavaScript there is no verdict');
    await context.close();
  });
});

describe('a long file', () => {
  const rows = 480;
  const file = {
    name: 'pairs.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      `id,question1,question2,is_duplicate\n${Array.from({ length: rows }, (_, i) => `${i},"Is it ""${i}""?",Is ${i} it?,1`).join('\n')}\n`,
    ),
  };

  it('is compared, paused, resumed, and saved', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByRole('tab', { name: 'A file' }).click();
    await page.locator('#table-file').setInputFiles(file);
    await page.getByRole('button', { name: 'Judge' }).click();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    const count = () => page.locator('#table-count').innerText();
    const paused = await count();
    expect(Number(paused.match(/^\d+/u)?.[0])).toBeLessThan(rows);
    expect(await violations(page)).toEqual([]);
    const download = async (): Promise<string[]> => {
      const [saved] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download results' }).click(),
      ]);
      return (await readFile(await saved.path(), 'utf8')).trimEnd().split('\n');
    };
    const judged = Number(paused.match(/^\d+/u)?.[0]);
    const partial = await download();
    // The download contains every row, including those that are not done yet.
    expect(partial).toHaveLength(1 + rows);
    expect(partial.filter((line) => line.endsWith('not judged yet'))).toHaveLength(rows - judged);
    expect(await count()).toBe(paused);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page
      .locator('#table-score')
      .filter({ hasText: `of ${rows}` })
      .waitFor({ timeout: 90_000 });
    const lines = await download();
    expect(lines).toHaveLength(1 + rows);
    expect(lines[0]).toBe('id\tquestion1\tquestion2\tis_duplicate\tparaphrase\tprobability\tnote');
    expect(lines[8]).toMatch(/^7\tIs it "7"\?\tIs 7 it\?\t1\t[01]\t0\.\d+\t(?:not sure)?$/u);
  });

  it('without pairs is rejected with a message', async () => {
    await page
      .locator('#table-file')
      .setInputFiles({ name: 'prose.txt', mimeType: 'text/plain', buffer: Buffer.from('One.\nTwo.\n') });
    await page.getByRole('alert').filter({ hasText: 'prose.txt has one column' }).waitFor();
    // The verdicts so far are not lost.
    expect(await page.locator('#table-name').innerText()).toBe('pairs.csv');
    expect(await page.locator('#table-score').innerText()).toContain(`of ${rows}`);
  });
});
