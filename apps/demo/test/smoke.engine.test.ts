/** Smoke tests of the demo and the drop-in script in Firefox and WebKit. Chromium's tests cover the details. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startEngine, type EngineBrowser, type EngineName } from '@albert-web/browser/engines';
import { isolationHeaders, startStaticServer, type StaticServer } from '@albert-web/browser/static-server';

declare module 'vitest' {
  interface ProvidedContext {
    /** The engine that `*.engine.test.ts` drives in this project: see vite.config.ts. */
    engine: EngineName;
  }
}

const root = path.join(import.meta.dirname, '../../..');
let browser: EngineBrowser;
let demo: StaticServer;

beforeAll(async () => {
  browser = await startEngine(inject('engine'));
  demo = await startStaticServer({ mounts: { '/': path.join(root, 'apps/demo/dist') }, headers: isolationHeaders });
});
afterAll(async () => {
  await browser.close();
  await demo.close();
});

/** Opens the demo in a new page, because a link alone would be followed in the current one. */
async function open(hash: string): Promise<void> {
  await browser.goto('about:blank');
  await browser.goto(`${demo.url}/${hash}`);
}

const textsOf = (selector: string): Promise<string[]> =>
  browser.evaluate(
    (selector) => Array.from(document.querySelectorAll<HTMLElement>(selector), ({ innerText }) => innerText),
    selector,
  );
const appears = (selector: string): Promise<void> =>
  expect.poll(async () => (await textsOf(selector)).length, { timeout: 60_000, message: selector }).toBeGreaterThan(0);

it('keeps globals of one script for the next one', async () => {
  await open('');
  await browser.evaluate(() => void Object.assign(globalThis, { left: 7 }));
  expect(await browser.evaluate(() => Reflect.get(globalThis, 'left') as unknown)).toBe(7);
});

describe('the demo', () => {
  it('loads its model, gives a verdict, and explains it with every word, including numbers', async () => {
    await open('#a=Track+7+of+the+MP3+is+broken.&b=The+seventh+track+does+not+play.');
    await appears('#verdict:is([data-kind=same], [data-kind=different], [data-kind=unsure])');
    await appears('#how-answer[aria-busy=false]');
    const words = await browser.evaluate(() =>
      Array.from(document.querySelectorAll('#alignment-words tr'), (row) => row.firstElementChild?.textContent),
    );
    expect(words).toHaveLength(7 + 6);
    expect(words).toEqual(expect.arrayContaining(['7', 'MP3', 'seventh']));
  });

  it('compares the pairs of a file', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'albert-smoke-'));
    try {
      const file = path.join(folder, 'pairs.csv');
      await writeFile(file, 'sentence1,sentence2\nThe dog barked.,The dog was barking.\nIt rained.,Stocks fell.\n');
      await open('#tab=table');
      await appears('#model-dot[data-state=ready]');
      await browser.type('#table-file', file);
      await expect.poll(async () => (await textsOf('#table-name')).join(), { timeout: 20_000 }).toBe('pairs.csv');
      await browser.click('#table-run');
      await expect.poll(async () => (await textsOf('#table-count')).join(), { timeout: 60_000 }).toMatch(/^2 of 2/u);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('shows every line of the training sentences', async () => {
    await open('#tab=train');
    await appears('#train-rows textarea');
    const clipped = (): Promise<number> =>
      browser.evaluate(() => {
        const boxes = Array.from(document.querySelectorAll<HTMLTextAreaElement>('#train-rows textarea'));
        const [box] = boxes;
        if (!box) return -1;
        box.value = 'A sentence that does not fit on one line. '.repeat(8);
        box.dispatchEvent(new Event('input'));
        return boxes.filter(({ scrollHeight, clientHeight }) => scrollHeight > clientHeight + 1).length;
      });
    await expect.poll(clipped).toBe(0);
  });
});

describe('the drop-in script', () => {
  it("runs from an origin other than the page's", async () => {
    const cdn = await startStaticServer({
      mounts: {
        '/albert/': path.join(root, 'packages/albert-web/dist'),
        '/albert/weights/': path.join(root, 'weights'),
      },
      headers: { 'Access-Control-Allow-Origin': '*' },
    });
    const site = await startStaticServer({
      mounts: {},
      pages: { '/': `<!doctype html><title>A page</title><script src="${cdn.url}/albert/albert.js"></script>` },
    });
    try {
      await browser.goto(site.url);
      const judged = await browser.evaluate(async () => {
        if (!window.albert) throw new Error('window.albert is missing');
        const model = await window.albert.load();
        const { paraphrase } = await model.paraphrase('The dog barked.', 'The dog was barking.');
        const { backend } = await model.info();
        await model.dispose();
        return { paraphrase, backend };
      });
      expect(judged).toEqual({ paraphrase: true, backend: 'wasm' });
    } finally {
      await site.close();
      await cdn.close();
    }
  });
});
