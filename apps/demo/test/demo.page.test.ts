/** The built page in real Chromium, used like users do. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  first,
  judge,
  overflow,
  second,
  startDemo,
  unfold,
  verdict,
  violationsInEveryLook,
  type Demo,
  slowest,
} from './demo.ts';

let demo: Demo;
/** A page shared by tests that do not need a new one, since loading a model is slow. */
let shared: Page;
const sharedErrors: string[] = [];

beforeAll(async () => {
  demo = await startDemo();
  shared = await demo.browser.newPage();
  shared.setDefaultTimeout(slowest);
  shared.on('pageerror', (error) => sharedErrors.push(String(error)));
  await shared.goto(demo.url);
  await unfold(shared);
});
afterAll(() => demo.close());

describe('loading', () => {
  it('starts before the panels have arrived, and redraws none of them', async () => {
    await using context = await demo.browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(slowest);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await page.route('**/page-*.js', async (route) => {
      await released;
      await route.continue();
    });
    const shard = page.waitForRequest('**/weights/default/*.safetensors');
    // The page counts as loaded only when its script has run.
    await page.goto(demo.url, { waitUntil: 'commit' });
    await shard;
    await page.evaluate(() => {
      const count = (changes: readonly unknown[]): void => {
        document.body.dataset['drawn'] = String(Number(document.body.dataset['drawn'] ?? 0) + changes.length);
      };
      new MutationObserver(count).observe(document.querySelector('#alignment') ?? document, { childList: true });
    });
    release();
    await verdict(page, 'same').waitFor();
    // Prepared empty, cleared once for the model, and then the drawing.
    expect(Number(await page.locator('body').getAttribute('data-drawn'))).toBeLessThanOrEqual(4);
  });
});

describe('two sentences', () => {
  it('get a verdict as they are typed', async () => {
    await verdict(shared, 'same').waitFor();
    const different = await judge(shared, 'She plays the violin.', 'The train to Paris was late.', 'different');
    const [sentence, other] = ['The shop is closed today.', "The store isn't open today."];
    const same = await judge(shared, sentence, other, 'same');
    expect(different).toBeLessThan(20);
    expect(same).toBeGreaterThan(70);
    await expect(shared.locator('#tokens-a li').allInnerTexts()).resolves.toContain('▁shop');
    await expect(shared.locator('#chart rect').count()).resolves.toBe(7);
    expect(sharedErrors).toEqual([]);
  });

  it('can be empty', async () => {
    await first(shared).fill(' ');
    await verdict(shared, 'waiting').waitFor();
  });

  it('are written to the link and read from it', async () => {
    // Clear enough that half of the layers suffice.
    await using opened = await demo.open('#a=Roman+soldiers+built+it.&b=It+was+built+by+Roman+soldiers.&depth=3');
    const { page } = opened;
    await verdict(page, 'same').waitFor();
    await expect(second(page).inputValue()).resolves.toBe('It was built by Roman soldiers.');
    await expect(page.locator('#verdict-note').innerText()).resolves.toContain('3 of 6 layers');
    await second(page).fill('Stocks fell sharply on Monday.');
    await page.waitForFunction(() => location.hash.includes('Stocks+fell'));
  });
});

describe('a link that is opened in the same tab', () => {
  it('is followed: its sentences, its depth and its tab; but the skip link is ignored', async () => {
    await using opened = await demo.open('#a=The+dog+barked.&b=The+dog+was+barking.');
    const { page } = opened;
    await verdict(page, 'same').waitFor();
    const follow = (hash: string) => page.evaluate((hash) => (location.hash = hash), hash);
    await follow('#a=She+plays+the+violin.&b=The+train+to+Paris+was+late.&depth=5');
    await page.locator('#verdict-note').filter({ hasText: '5 of 6 layers' }).waitFor();
    await expect(first(page).inputValue()).resolves.toBe('She plays the violin.');
    await follow('#tab=rank');
    await page.getByRole('tab', { name: 'A list', selected: true }).waitFor();
    await follow('#main');
    await expect(page.getByRole('tab', { name: 'A list', selected: true }).isVisible()).resolves.toBe(true);
  });
});

describe('the other panels in a link', () => {
  it('have their texts there, and the length of a link is limited', async () => {
    const list = ['The dog was barking.', 'Stocks fell sharply on Monday.'];
    await using opened = await demo.open(`#tab=rank&query=The+dog+barked.&list=${encodeURIComponent(list.join('\n'))}`);
    const { page } = opened;
    const [query, others] = [page.getByLabel('Sentence', { exact: true }), page.getByLabel('Compare with, one')];
    await expect(query.inputValue()).resolves.toBe('The dog barked.');
    await expect(others.inputValue()).resolves.toBe(list.join('\n'));
    await others.fill(`${list.join('\n')}\nA third.`);
    await page.waitForFunction(() => location.hash.includes('A+third.'));
    await others.fill('A line.\n'.repeat(1000));
    await page.waitForFunction(() => !location.hash.includes('list='));
    await page.locator('#panel-rank .share').click();
    await page.getByRole('button', { name: 'Too long for a link' }).waitFor();
  });
});

describe('the footer', () => {
  it('links to existing documents, and to benchmark and docs only if the site has them', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await page.locator('#footer').scrollIntoViewIfNeeded();
    const links = page.locator('#footer a:not([hidden])');
    const papers = await links.evaluateAll((all) =>
      Promise.all(all.map(async (link) => (await fetch((link as HTMLAnchorElement).href)).text())),
    );
    expect(papers.map((text) => text.match(/\S.*/u)?.[0])).toEqual([
      '# albert-web',
      '---',
      expect.stringContaining('Apache License'),
      '# Third-party notices',
    ]);
    // From the page, the training worker, and the WebAssembly modules.
    for (const name of ['fflate', '@tensorflow/tfjs-backend-webgpu', 'XNNPACK']) {
      expect(papers[3]).toContain(`\n## ${name} `);
    }
    await page.context().route('**/links.json', (route) => route.fulfill({ json: { bench: './bench/' } }));
    await page.reload();
    const bench = page.getByRole('link', { name: 'Benchmark this computer' });
    await bench.waitFor();
    expect(await bench.getAttribute('href')).toBe('./bench/');
    expect(await page.locator('#docs-link').isVisible()).toBe(false);
    await page.context().setOffline(true);
    await bench.waitFor({ state: 'hidden' });
    await page.context().setOffline(false);
    await bench.waitFor();
  });
});

describe('the backend', () => {
  const backends = (page: Page, state: string) => page.locator(`.backends [data-state=${state}]`).allTextContents();

  it('is WebAssembly if the GPU is emulated, and the page says why', async () => {
    await verdict(shared, 'waiting').waitFor();
    expect((await backends(shared, 'chosen')).join()).toBe('WebAssemblyin use');
    expect((await backends(shared, 'rejected')).join()).toMatch(/WebGPU.*emulated.*WebGL.*emulated/su);
  });

  it('is WebGPU if selected, and the verdict is the same', async () => {
    await using opened = await demo.open('#backend=webgpu');
    await verdict(opened.page, 'same').waitFor({ timeout: 110_000 });
    expect((await backends(opened.page, 'chosen')).join()).toBe('WebGPUin use');
  });
});

describe('other panels', () => {
  it('rank a list by one sentence, with only the keyboard', async () => {
    await shared.getByRole('tab', { name: 'Two sentences' }).focus();
    await shared.keyboard.press('ArrowRight');
    while (!(await shared.getByRole('tab', { name: 'A list', selected: true }).isVisible())) {
      await shared.keyboard.press('ArrowRight');
    }
    await shared.getByRole('button', { name: 'Rank' }).focus();
    await shared.keyboard.press('Enter');
    await shared.locator('#ranking li').first().waitFor();
    const texts = await shared.locator('#ranking .ranked-text').allInnerTexts();
    expect(texts).toHaveLength(8);
    expect(texts.slice(0, 2)).toContain('A previously unknown frog species was discovered.');
  });

  it('find the lines of a list that mean the same, and save them in groups', async () => {
    await shared.getByRole('tab', { name: 'A list' }).click();
    const lines = [
      'How do I reset my password?',
      'Roman soldiers built the bridge.',
      'What can I do to reset my password?',
      'The shop opens at nine.',
      'The bridge was built by Roman soldiers.',
    ];
    const file = {
      name: 'tickets.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(`id,text\n${lines.map((line, id) => `${id},${line}`).join('\n')}\n`),
    };
    await shared.locator('#duplicates-file').setInputFiles(file);
    await expect.poll(() => shared.locator('#rank-list').inputValue()).toBe(lines.join('\n'));
    await shared.getByRole('button', { name: 'Find duplicates' }).click();
    await shared.locator('#duplicates .group').nth(1).waitFor({ timeout: 60_000 });
    const groups = await shared.locator('#duplicates .group').allInnerTexts();
    expect(groups.map((group) => group.split('\n').filter((line) => lines.includes(line)))).toEqual([
      [lines[0], lines[2]],
      [lines[1], lines[4]],
    ]);
    const [saved] = await Promise.all([
      shared.waitForEvent('download'),
      shared.locator('#duplicates-download').click(),
    ]);
    expect(await readFile(await saved.path(), 'utf8')).toBe(
      `group\tline\n1\t${lines[0]}\n1\t${lines[2]}\n2\t${lines[1]}\n2\t${lines[4]}\n`,
    );
    await shared.locator('#rank-list').fill('One line.');
    await shared.locator('#duplicates-answer[data-answer=stale]').waitFor();
  });

  it('compare the pairs of a file, and save it with the verdicts', async () => {
    await shared.getByRole('tab', { name: 'A file' }).click();
    await shared.getByRole('button', { name: 'Try ten pairs' }).click();
    await shared.getByRole('button', { name: 'Judge' }).click();
    await shared.locator('#table-score').filter({ hasText: 'of 10' }).waitFor();
    const [download] = await Promise.all([
      shared.waitForEvent('download'),
      shared.getByRole('button', { name: 'Download results' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('Ten pairs-judged.tsv');
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    expect(lines[0]).toBe('label\tsentence1\tsentence2\tparaphrase\tprobability\tnote');
    expect(lines).toHaveLength(11);
  });
});

describe('when things go wrong', () => {
  it('names the error of a wrong model, and goes back to the default model', async () => {
    await using opened = await demo.open('#model=/assets/');
    const { page } = opened;
    await page.getByRole('alert').filter({ hasText: 'MissingFileError' }).waitFor();
    await page.getByRole('button', { name: 'Use the default model' }).click();
    await verdict(page, 'same').waitFor();
    await expect(page.getByRole('alert').isHidden()).resolves.toBe(true);
  });

  it('says what to do if the weights cannot be fetched', async () => {
    await using opened = await demo.open('', (context) => context.route('**/weights/**', (route) => route.abort()));
    const { page } = opened;
    await page.getByRole('alert').filter({ hasText: 'ReadError' }).waitFor();
    await page.getByRole('button', { name: 'Try again' }).waitFor();
  });

  it('works without a network on the second visit', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await verdict(page, 'same').waitFor();
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await page.context().setOffline(true);
    await page.reload();
    await judge(page, 'She plays the violin.', 'The train to Paris was late.', 'different');
    await page.getByText('offline: what has been loaded still works').waitFor();
  });
});

describe('the tab for training', () => {
  it('says so if its code does not load, and works on the next try', async () => {
    const context = await demo.browser.newContext({ serviceWorkers: 'block' });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    let isGone = true;
    await context.route('**/panel-*.js', (route) => (isGone ? route.abort() : route.continue()));
    await page.goto(`${demo.url}/#tab=train`);
    await page.getByRole('alert').filter({ hasText: 'did not load' }).waitFor();
    expect(await violationsInEveryLook(page)).toEqual([]);
    isGone = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('#train-name').filter({ hasText: 'Opposites and numbers' }).waitFor();
    await expect(page.getByRole('alert').count()).resolves.toBe(0);
    expect(errors).toEqual([]);
    await context.close();
  });
});

describe('for everyone', () => {
  it.each(['Two sentences', 'A list', 'A file', 'Train'])('has no accessibility violation in "%s"', async (tab) => {
    await shared.getByRole('tab', { name: tab }).click();
    expect(await violationsInEveryLook(shared)).toEqual([]);
  });

  it('has no accessibility violation in the list of models', async () => {
    await shared.getByRole('button', { name: 'Default model' }).click();
    const used = shared.locator('.models [aria-current=true]');
    await used.filter({ hasText: /^Default model\s*in use · /u }).waitFor();
    expect(await used.count()).toBe(1);
    await shared.getByText('From the Hugging Face Hub').click();
    expect(await violationsInEveryLook(shared)).toEqual([]);
    await shared.keyboard.press('Escape');
  });

  it('has no layout shift while it loads, and is not wider than a phone', async () => {
    await using opened = await demo.open('', (context) => context.addInitScript(recordLayoutShifts));
    const { page } = opened;
    await page.setViewportSize({ width: 360, height: 740 });
    await page.reload();
    await verdict(page, 'same').waitFor();
    const shift = await page.evaluate(() => (window as unknown as { layoutShift: number }).layoutShift);
    expect(shift).toBeLessThan(0.01);
    await page.locator('#how > summary').click();
    await page.locator('#alignment .link').first().waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
  });
});

/** Runs in the page: sums up unexpected layout shifts. */
function recordLayoutShifts(): void {
  const page = window as unknown as { layoutShift: number };
  page.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) page.layoutShift += (entry as unknown as { value: number }).value;
  }).observe({ type: 'layout-shift', buffered: true });
}
