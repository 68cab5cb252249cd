/** Other models: by Hub id, by link, picked and dropped; the tasks of each head, and the messages about a model that fails. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  crashWorker,
  first,
  judge,
  second,
  startDemo,
  unfold,
  verdict,
  violations,
  violationsInEveryLook,
  type Demo,
} from './demo.ts';
import { mimicHub, modelFile } from './tiny-models.ts';

let demo: Demo;
let folder: string;

beforeAll(async () => {
  demo = await startDemo();
  folder = await mkdtemp(path.join(tmpdir(), 'albert-demo-'));
});
afterAll(async () => {
  await demo.close();
  await rm(folder, { recursive: true });
});

/** Writes a golden model to a folder on disk, with changed or missing files. */
async function writeModel(name: string, changes: Readonly<Record<string, string | undefined>> = {}): Promise<string> {
  const target = await mkdtemp(path.join(folder, `${name}-`));
  await mkdir(target, { recursive: true });
  for (const file of ['config.json', 'model.safetensors', 'vocab.txt']) {
    const content = file in changes ? changes[file] : await modelFile(name, file);
    if (content !== undefined) await writeFile(path.join(target, file), content);
  }
  return target;
}

const modelName = (page: Page, name: string) => page.locator('#model-name').getByText(name, { exact: true }).waitFor();
const answers = (page: Page) => page.locator('#task-result li');

async function chooseByDialog(page: Page, address: string): Promise<void> {
  await page.locator('#model-button').click();
  await page.getByLabel('Address or Hub id').fill(address);
  await page.keyboard.press('Enter');
}

async function chooseShipped(page: Page, name: string): Promise<void> {
  await verdict(page, 'same').waitFor();
  await page.locator('#model-button').click();
  await page.locator('#shipped-models').getByRole('button', { name }).click();
}

describe('a model of the Hub', () => {
  it('can be chosen in the dialog with only the keyboard, and is written to the link and read from it', async () => {
    await using opened = await demo.open('', mimicHub);
    const { page } = opened;
    await verdict(page, 'same').waitFor();
    await page.locator('#model-button').focus();
    await page.keyboard.press('Enter');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('model-button');
    await page.keyboard.press('Enter');
    while (await page.evaluate(() => document.activeElement?.id !== 'model-location')) await page.keyboard.press('Tab');
    await page.keyboard.type('tiny/default-sequence');
    await page.keyboard.press('Enter');
    await modelName(page, 'tiny/default-sequence');
    // It has 300 words, and none of these.
    await verdict(page, 'unreadable').waitFor();
    expect(page.url()).toContain('model=tiny%2Fdefault-sequence');
    await page.reload();
    await modelName(page, 'tiny/default-sequence');
  });

  it('has the texts of its tasks in the link, until another model is chosen', async () => {
    await using opened = await demo.open('#model=tiny/default-mlm', mimicHub);
    const { page } = opened;
    const box = page.locator('#panel-tasks textarea');
    await box.fill('w9 [MASK] w11');
    await page.waitForFunction(() => location.hash.includes('fields='));
    await page.reload();
    await expect.poll(() => box.inputValue()).toBe('w9 [MASK] w11');
    await chooseByDialog(page, 'tiny/default-token');
    await page.getByRole('button', { name: 'Tag tokens' }).waitFor();
    expect(await box.inputValue()).toBe('Ada Lovelace was born in London.');
    // Links can contain anything.
    await page.evaluate(() => (location.hash = '#model=tiny/default-mlm&fields=[1'));
    await page.getByRole('button', { name: 'Fill a mask' }).waitFor();
    expect(await box.inputValue()).toBe('She opened the [MASK] and walked in.');
  });

  it.each([
    ['default-mlm', ['Fill a mask'], ['w9 [MASK] w11'], 8],
    ['default-pretraining', ['Fill a mask', 'Sentence order'], ['w9 [MASK] w11', 'w9 w10', 'w11'], 8],
    ['default-qa', ['Answer a question'], ['w9 w10', 'w20 w21 w22 w23 w24'], 5],
    ['default-token', ['Tag tokens'], ['w9 w10 w11'], 3],
    ['default-choice', ['Choose an answer'], ['w9', 'w10\nw11 w12'], 2],
    ['default-base', ['Nearest sentences'], ['w9 w10', 'w9 w10\nw11'], 2],
  ])('%s offers %j', async (name, tasks, texts, lines) => {
    await using opened = await demo.open(`#model=tiny/${name}`, mimicHub);
    const { page } = opened;
    // It does not compare sentences, so the page opens with its tasks.
    await page.locator('#panel-tasks').waitFor();
    await page.getByRole('tab', { name: 'Other tasks', selected: true }).waitFor();
    const boxes = page.locator('#panel-tasks textarea');
    for (const [index, text] of texts.entries()) await boxes.nth(index).fill(text);
    for (const [index, task] of tasks.entries()) {
      await page.getByRole('button', { name: task }).click();
      await expect.poll(() => answers(page).count()).toBe(index === 0 ? lines : 2);
    }
    expect(await violations(page)).toEqual([]);
    // Tasks that it cannot do are not offered.
    for (const tab of ['Two sentences', 'A list', 'A file']) {
      expect(await page.getByRole('tab', { name: tab }).isVisible(), tab).toBe(false);
    }
  });

  it('that is more accurate comes with the page, and gives verdicts', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await chooseShipped(page, 'More accurate model compares');
    await expect.poll(() => page.url()).toContain('accurate');
    await judge(
      page,
      'She flew from London to Paris on Monday.',
      'She flew from Paris to London on Monday.',
      'different',
    );
    expect(await violations(page)).toEqual([]);
  });

  it('keeps its download with a reason if the cache cannot be cleared, and can be removed later', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await verdict(page, 'same').waitFor();
    await page.locator('#model-button').click();
    const remove = page.getByRole('button', { name: 'Remove the download: Default model' });
    const status = page.locator('#model-status');
    await page.evaluate(() => {
      const original = Object.getOwnPropertyDescriptor(Cache.prototype, 'delete') ?? {};
      Object.assign(globalThis, { restore: () => Object.defineProperty(Cache.prototype, 'delete', original) });
      Cache.prototype.delete = () => Promise.reject(new DOMException('the disk is gone', 'UnknownError'));
    });
    await remove.click();
    await expect.poll(() => status.innerText()).toMatch(/Default model could not be removed\. .*the disk is gone/u);
    expect(await remove.isVisible()).toBe(true);
    await page.evaluate(() => (globalThis as unknown as { restore(): void }).restore());
    await remove.click();
    await remove.waitFor({ state: 'detached' });
    expect(await status.innerText()).toBe('');
    // The empty status leaves no second gap between its neighbours.
    const gaps = await status.evaluate((element) => {
      const [before, after] = [element.previousElementSibling, element.nextElementSibling];
      const between = (after?.getBoundingClientRect().top ?? NaN) - (before?.getBoundingClientRect().bottom ?? NaN);
      return { between, one: Number.parseFloat(getComputedStyle(element.parentElement ?? element).rowGap) };
    });
    expect(gaps.between).toBeCloseTo(gaps.one, 1);
  });

  it('explains in German why its download cannot be removed, and marks the library’s own words as English', async () => {
    const context = await demo.browser.newContext({ locale: 'de' });
    const page = await context.newPage();
    await page.goto(demo.url);
    await verdict(page, 'same').waitFor();
    await page.locator('#model-button').click();
    await page.evaluate(() => {
      Cache.prototype.delete = () => Promise.reject(new DOMException('the disk is gone', 'UnknownError'));
    });
    await page.getByRole('button', { name: 'Download löschen: Standardmodell' }).click();
    const status = page.locator('#model-status');
    await expect
      .poll(() => status.innerText())
      .toMatch(/^Standardmodell konnte nicht entfernt werden\. Erlauben Sie der Seite, Daten zu speichern/u);
    expect(await status.locator('[lang=en]').innerText()).toContain('the disk is gone');
    expect(await violations(page)).toEqual([]);
    await context.close();
  });

  it('that was pretrained comes with the page, fills masks and orders segments', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await chooseShipped(page, 'Pretrained model fills in');
    await page.getByRole('button', { name: 'Fill a mask' }).click();
    await expect.poll(() => answers(page).count()).toBe(8);
    expect(await answers(page).first().innerText()).toContain('she opened the door and walked in.');
    expect(page.url()).toContain('pretrained');
    await page.getByRole('button', { name: 'Sentence order' }).click();
    await expect.poll(() => answers(page).count()).toBe(2);
    expect(await violations(page)).toEqual([]);
  });

  it('with classes that are not a verdict on two sentences gives none', async () => {
    const config = JSON.parse(String(await modelFile('default-sequence', 'config.json'))) as object;
    const labels = { id2label: { 0: 'bad', 1: 'good' }, label2id: { bad: 0, good: 1 } };
    const model = await writeModel('default-sequence', { 'config.json': JSON.stringify({ ...config, ...labels }) });
    await using opened = await demo.open();
    const { page } = opened;
    await verdict(page, 'same').waitFor();
    await page.locator('#model-button').click();
    await page.locator('#model-folder').setInputFiles(model);
    await page.getByRole('button', { name: 'Classify a text' }).waitFor();
    expect(await page.getByRole('tab', { name: 'Two sentences' }).isVisible()).toBe(false);
    await page.getByLabel('Text', { exact: true }).fill('w9 w10 w11');
    await page.getByRole('button', { name: 'Classify a text' }).click();
    await expect.poll(() => answers(page).allInnerTexts()).toHaveLength(2);
    // An answer to an earlier text is marked as stale.
    await page.getByLabel('Text', { exact: true }).fill('w9 w10 w12');
    await page.locator('#task-answer[data-answer=stale]').waitFor();
    expect(await page.locator('#panel-tasks .answer-note').innerText()).toContain('earlier input');
    expect(await violationsInEveryLook(page)).toEqual([]);
  });

  it('aborts a call to the previous model', async () => {
    await using opened = await demo.open('', mimicHub);
    const { page } = opened;
    await verdict(page, 'same').waitFor();
    const failures = await page.evaluateHandle(() => {
      const seen: string[] = [];
      const card = document.querySelector('#verdict');
      new MutationObserver(() => {
        if (card?.getAttribute('data-kind') === 'failed') seen.push(card.textContent);
      }).observe(card ?? document.body, { attributes: true, subtree: true, childList: true });
      return seen;
    });
    await page.getByRole('textbox', { name: 'First sentence' }).fill('The dog barked all night, and nobody slept.');
    await page.getByRole('textbox', { name: 'Second sentence' }).press('End');
    await unfold(page);
    await page.getByRole('checkbox', { name: /Stop early/u }).check();
    await chooseByDialog(page, 'tiny/default-sequence');
    await modelName(page, 'tiny/default-sequence');
    // It has 300 words, and none of these.
    await verdict(page, 'unreadable').waitFor();
    expect(await failures.jsonValue()).toEqual([]);
  });

  it('reports what is wrong with a text, and answers the next one', async () => {
    await using opened = await demo.open('#model=tiny/default-mlm', mimicHub);
    const { page } = opened;
    await page.getByLabel('Text with [MASK]').fill('w9 [MASK] w10');
    await page.getByRole('button', { name: 'Fill a mask' }).click();
    await answers(page).first().waitFor();
    await page.getByLabel('Text with [MASK]').fill('w9 w10');
    await page.getByRole('button', { name: 'Fill a mask' }).click();
    await page.getByText('has no [MASK]').waitFor();
    expect(await answers(page).count()).toBe(0);
    await page.getByLabel('Text with [MASK]').fill('w9 [MASK]');
    await page.getByRole('button', { name: 'Fill a mask' }).click();
    await answers(page).first().waitFor();
  });

  it('that does not exist is reported', async () => {
    await using opened = await demo.open('', mimicHub);
    const { page } = opened;
    await verdict(page, 'same').waitFor();
    await chooseByDialog(page, 'nobody/nothing');
    await page.getByRole('alert').filter({ hasText: 'MissingFileError' }).waitFor();
    expect(await page.locator('#notice .problem-title').innerText()).toBe('A file of this model was not found.');
    expect(await violationsInEveryLook(page)).toEqual([]);
    await page.getByRole('button', { name: 'Keep using Default model' }).click();
    await page.getByRole('alert').waitFor({ state: 'hidden' });
    await verdict(page, 'same').waitFor();
    expect(page.url()).not.toContain('model=');
    await page.locator('#model-button').click();
    expect(await page.getByLabel('Address or Hub id').inputValue()).toBe('');
  });
});

describe('a worker that crashes', () => {
  it('is reported, and the model can be loaded again for the typed text', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await verdict(page, 'same').waitFor();
    const workers = page.workers().length;
    await crashWorker(page);
    await page.getByRole('alert').filter({ hasText: 'The model has stopped.' }).waitFor();
    await verdict(page, 'failed').waitFor();
    await first(page).fill('The dog barked.');
    await second(page).fill('The dog was barking.');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Load the model again' }).click();
    await verdict(page, 'same').waitFor();
    expect(await first(page).inputValue()).toBe('The dog barked.');
    expect(page.url()).toContain('The+dog+barked.');
    await page.getByRole('alert').waitFor({ state: 'hidden' });
    // The crashed worker and its threads have ended.
    await expect.poll(() => page.workers().length).toBe(workers);
  });

  it('ends the ranking of a list, which can be ranked again', async () => {
    await using opened = await demo.open('#tab=rank');
    const { page } = opened;
    await page.locator('#rank-run:enabled').waitFor();
    const lines = Array.from({ length: 600 }, (_, line) => `The dog barked ${line} times.`);
    await page.locator('#rank-list').fill(lines.join('\n'));
    await page.getByRole('button', { name: 'Rank' }).click();
    await page.locator('#rank-status').filter({ hasText: 'of 600' }).waitFor();
    await crashWorker(page);
    await page.getByRole('button', { name: 'Load the model again' }).click();
    await page.locator('#rank-run:enabled').waitFor();
    expect(await page.locator('#rank-list').inputValue()).toBe(lines.join('\n'));
    await page.locator('#rank-list').fill('The dog was barking.');
    await page.getByRole('button', { name: 'Rank' }).click();
    await page.locator('#ranking li').waitFor();
  });
});

/**
 * Runs in the page: drops a folder, or only the files if it has no name. A synthetic drag event has no file system entries, but
 * Chromium's old file system API provides entries like those of a real drag.
 */
async function dropped([folder, files]: readonly [string, readonly (readonly [string, string])[]]): Promise<void> {
  interface Writable extends FileSystemFileEntry {
    createWriter(use: (writer: EventTarget & { write(content: Blob): void }) => void): void;
  }
  const chromium = globalThis as unknown as {
    webkitRequestFileSystem(type: number, size: number, use: (system: FileSystem) => void, fail: () => void): void;
  };
  const system = await new Promise<FileSystem>((resolve, reject) =>
    chromium.webkitRequestFileSystem(0, 2 ** 24, resolve, () => reject(new Error('no file system'))),
  );
  const entry = (from: FileSystemDirectoryEntry, name: string, kind: 'getDirectory' | 'getFile') =>
    new Promise<FileSystemEntry>((resolve, reject) => from[kind](name, { create: true }, resolve, reject));
  const root = folder ? ((await entry(system.root, folder, 'getDirectory')) as FileSystemDirectoryEntry) : system.root;
  const written: FileSystemEntry[] = [];
  for (const [name, base64] of files) {
    const file = (await entry(root, name, 'getFile')) as Writable;
    written.push(file);
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    await new Promise((resolve) =>
      file.createWriter((writer) => {
        writer.addEventListener('writeend', resolve);
        writer.write(new Blob([bytes]));
      }),
    );
  }
  const event = Object.assign(new Event('drop', { bubbles: true, cancelable: true }), {
    dataTransfer: {
      types: ['Files'],
      items: (folder ? [root] : written).map((entry) => ({ webkitGetAsEntry: () => entry })),
    },
  });
  document.body.dispatchEvent(event);
}

describe('a folder of this machine', () => {
  it('can be picked', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    const model = await writeModel('default-sequence');
    await page.locator('#model-button').click();
    await page.locator('#model-folder').setInputFiles(model);
    await modelName(page, path.basename(model));
  });

  it('can be dropped', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    const names = ['config.json', 'model.safetensors', 'vocab.txt'];
    const contents = await Promise.all(names.map((file) => modelFile('default-qa', file)));
    const files = names.map((file, index) => [file, contents[index]?.toString('base64') ?? ''] as const);
    await page.evaluate(dropped, ['a-model', files] as const);
    await modelName(page, 'a-model');
    await page.getByRole('button', { name: 'Answer a question' }).waitFor();
  });

  it.each([
    ['a table', 'pairs.csv', 'sentence1,sentence2\nOne.,Two.\n', '#table-name'],
    ['anything else', 'notes.md', 'Prose.', '#notice .problem-text'],
  ])(
    'is not %s: the model stays, and the file is opened or rejected with a named error',
    async (_, name, content, place) => {
      await using opened = await demo.open();
      const { page } = opened;
      await verdict(page, 'same').waitFor();
      await page.evaluate(dropped, ['', [[name, Buffer.from(content).toString('base64')]]] as const);
      await page.locator(place).filter({ hasText: name }).waitFor();
      expect(await page.locator('#model-name').innerText()).toBe('Default model');
      if (place === '#notice .problem-text') {
        expect(await page.getByRole('alert').innerText()).toContain('NotAModelError');
        await page.getByRole('button', { name: 'Close' }).click();
        await page.getByRole('alert').waitFor({ state: 'hidden' });
      }
    },
  );

  it.each([
    ['without a configuration', { 'config.json': undefined }, 'MissingFileError'],
    ['that is not ALBERT', { 'config.json': '{"model_type": "bert"}' }, 'ConfigError'],
    ['with a configuration that is not JSON', { 'config.json': '{' }, 'JsonError'],
    ['with a web page as its configuration', { 'config.json': '<html>' }, 'StandInError'],
    ['with truncated weights', { 'model.safetensors': 'xx' }, 'SafetensorsError'],
  ])('%s is rejected with a named error', async (_, changes, error) => {
    await using opened = await demo.open();
    const { page } = opened;
    await verdict(page, 'same').waitFor();
    await page.locator('#model-button').click();
    await page.locator('#model-folder').setInputFiles(await writeModel('default-sequence', changes));
    await expect
      .poll(() => page.getByRole('alert').allInnerTexts(), { timeout: 15_000 })
      .toContainEqual(expect.stringContaining(error));
    // The page keeps its previous model.
    await modelName(page, 'Default model');
    await verdict(page, 'same').waitFor();
    await page.getByRole('button', { name: 'Keep using Default model' }).click();
    await page.getByRole('alert').waitFor({ state: 'hidden' });
  });
});
