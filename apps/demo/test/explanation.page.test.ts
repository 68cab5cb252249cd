/** The explanation of a verdict, and the number of layers it took: the lower half of the first panel. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge, openJudged, overflow, startDemo, violationsInEveryLook, type Demo } from './demo.ts';

let demo: Demo;
let page: Page;

beforeAll(async () => {
  demo = await startDemo();
  page = await openJudged(demo);
});
afterAll(() => demo.close());

const note = () => page.locator('#alignment-note').innerText();
const drawing = () => page.locator('#alignment svg');

describe('the explanation', () => {
  it('is drawn, described for screen readers, and listed in a table', async () => {
    expect(await note()).toMatch(/^Found in/u);
    const label = await drawing().getAttribute('aria-label');
    expect(label).toContain('“cat” and “cat”');
    expect(label).toContain('“sofa” and “couch”');
    await page.locator('#alignment-table summary').focus();
    await page.keyboard.press('Enter');
    const met = await page.locator('#alignment-links tr').allInnerTexts();
    expect(met.join('\n')).toMatch(/^cat\s+cat\s+\d/mu);
    expect(await page.locator('#alignment .link').count()).toBe(met.length);
    const words = await page.locator('#alignment-words tr').allInnerTexts();
    expect(words).toHaveLength(7 + 6);
    expect(words.join('\n')).toMatch(/couch\s+second\s+\d+%/u);
    expect(await violationsInEveryLook(page)).toEqual([]);
  });

  it('is printed below the verdict on one page, without the buttons', async () => {
    const folded = page.locator('#alignment-table, #inside');
    const open = (isOpen: boolean) =>
      folded.evaluateAll((all: HTMLDetailsElement[], isOpen) => all.forEach((each) => (each.open = isOpen)), isOpen);
    await open(false);
    const pages = async () => (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b/gu);
    expect(await pages()).toHaveLength(1);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('button').filter({ visible: true }).count()).toBe(0);
    await page.emulateMedia({ media: null });
    await open(true);
    await page.locator('#how-answer[aria-busy=false]').waitFor();
  });

  it('shows only the lines of a hovered word', async () => {
    await page.locator('#alignment .word', { hasText: 'sofa' }).hover();
    const all = await page.locator('#alignment .link').count();
    const dim = await page.locator('#alignment .link.dim').count();
    expect(dim).toBeGreaterThan(0);
    expect(dim).toBeLessThan(all);
  });

  it('has the first sentence where reading starts, even in two columns', async () => {
    const isFirstOnRight = async (direction: string) => {
      await page.evaluate((direction) => (document.documentElement.dir = direction), direction);
      await page.setViewportSize({ width: 360, height: 640 });
      await judge(page, 'The cat is sleeping on the old brown sofa.', 'A cat sleeps on the old brown couch.', 'same');
      const at = async (word: string) => (await page.locator('#alignment .word', { hasText: word }).boundingBox())?.x;
      const [first = NaN, second = NaN] = [await at('sofa'), await at('couch')];
      return first > second;
    };
    expect([await isFirstOnRight('rtl'), await isFirstOnRight('')]).toEqual([true, false]);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('says so if no words belong together', async () => {
    await judge(page, 'The cat is sleeping on the sofa.', 'Prices rose sharply last year.', 'different');
    expect(await note()).toContain('No two words belong together');
    expect(await page.locator('#alignment .link').count()).toBe(0);
  });

  it('uses two columns if two lines do not fit', async () => {
    await page.setViewportSize({ width: 320, height: 700 });
    await judge(page, 'The cat is sleeping on the old brown sofa.', 'A cat sleeps on the old brown couch.', 'same');
    // A horizontal line has no height, so Playwright considers it hidden.
    await page.locator('#alignment .link').first().waitFor({ state: 'attached' });
    const [cat, sofa] = await Promise.all(
      ['cat', 'sofa'].map((word) => page.locator('#alignment .word', { hasText: word }).first().boundingBox()),
    );
    expect(sofa?.y).toBeGreaterThan((cat?.y ?? NaN) + 20);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 800 });
    await expect.poll(async () => Number(await drawing().getAttribute('height'))).toBe(168);
  });
});

describe('stopping when settled', () => {
  it('shows the number of layers, the time saved, and whether the full model agrees', async () => {
    await page.getByLabel(/Stop early/u).check();
    await page
      .locator('#verdict-note')
      .filter({ hasText: /settled after \d of 6 layers|never settled/u })
      .waitFor();
    expect(await page.locator('#verdict-note').innerText()).toMatch(
      /all 6 take [\d.]+\u00A0m?s and (say|change the verdict:) .*%/u,
    );
    expect(page.url()).toContain('settle=yes');
  });

  it('can be set by a link', async () => {
    await using opened = await demo.open('#a=She+plays+the+violin.&b=The+train+to+Paris+was+late.&settle=yes');
    await opened.page.locator('#verdict-note').filter({ hasText: 'all 6 take' }).waitFor();
    expect(await opened.page.getByLabel(/Stop early/u).isChecked()).toBe(true);
  });
});
