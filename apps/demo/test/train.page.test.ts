/** Training in the built page: from a dropped file to a model that is kept, reloaded and downloaded. */
import { readFile } from 'node:fs/promises';
import { loadCheckpoint, openModel } from '@albert-web/checkpoints';
import { load } from '@albert-web/tasks';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge, overflow, startDemo, violations, violationsInEveryLook, type Demo, slowest } from './demo.ts';
import { mimicHub } from './tiny-models.ts';

/** A file as written by a spreadsheet on Windows: byte order mark, CRLF, quotes; and an unusable row. */
const pairs = `\uFEFFid,sentence1,sentence2,label\r
1,"Yes, the door is open.",The door is open.,same\r
2,The door is open.,The door is shut.,different\r
3,He came early.,He was early.,same\r
4,He came early.,He came late.,different\r
5,"She said ""no"".",Her answer was no.,same\r
6,She said no.,She said yes.,different\r
7,The cup is full.,It is a full cup.,same\r
8,The cup is full.,The cup is empty.,different\r
9,I found my keys.,My keys are found.,same\r
10,I found my keys.,I lost my keys.,different\r
11,The dog is big.,It is a big dog.,same\r
12,The dog is big.,The dog is small.,different\r
13,It rained all day.,,same\r
`;

let demo: Demo;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  demo = await startDemo();
  const context = await demo.browser.newContext();
  context.setDefaultTimeout(slowest);
  page = await context.newPage();
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`${demo.url}/#tab=train&backend=wasm`);
  await page.locator('#train-run:enabled').waitFor();
});
afterAll(() => demo.close());

const status = (text: string | RegExp) => page.locator('#train-status').filter({ hasText: text });
const problem = (text: string) => page.locator('#train-problem').filter({ hasText: text });

/** Drops a file, with the events of a browser. */
async function drop(name: string, content: string, onto = page): Promise<void> {
  const dataTransfer = await onto.evaluateHandle(
    ([name, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content ?? ''], name ?? ''));
      return transfer;
    },
    [name, content],
  );
  await onto.locator('#train-drop').dispatchEvent('drop', { dataTransfer });
}

async function set(values: Readonly<Record<string, string>>): Promise<void> {
  for (const [id, value] of Object.entries(values)) await page.locator(`#train-${id}`).fill(value);
}

/** Returns the numbers in the loss plot's description: the first and the current training loss. */
async function losses(): Promise<number[]> {
  const label = (await page.locator('#train-loss svg').getAttribute('aria-label')) ?? '';
  return Array.from(label.matchAll(/[\d.]+(?= at first| now)/gu), ([number]) => Number(number)).slice(0, 2);
}

/** Returns a held-out row, its prediction after training, and the probability of "same" in percent. */
async function heldOutRow(): Promise<{ a: string; b: string; kind: 'same' | 'different'; percent: number }> {
  const cells = page.locator('#train-comparison-rows tr').first().locator('td');
  const [a = '', b = ''] = (await cells.nth(0).innerText()).split('\n').filter(Boolean);
  const answer = await cells.nth(3).innerText();
  const number = Number(answer.match(/(\d+)%/u)?.[1]);
  const kind = answer.includes('same') ? 'same' : 'different';
  return { a, b, kind, percent: kind === 'same' ? number : 100 - number };
}

describe('from a file to a model', () => {
  it('finds columns and labels in a dropped file', async () => {
    await drop('doors.csv', pairs);
    await page.locator('#train-name').filter({ hasText: 'doors' }).waitFor();
    expect(await page.locator('#train-count').innerText()).toBe('13 rows');
    expect(await page.locator('#train-labels').innerText()).toContain('different (6 rows)');
    expect(await page.locator('#train-positive').inputValue()).toBe('same');
    expect(await page.locator('#train-summary').innerText()).toContain('1 row left out');
  });

  it('trains, can be paused, reset to the best step and resumed, and the loss decreases', async () => {
    await page.locator('#train-form').getByText('More', { exact: true }).click();
    await set({ epochs: '6', batch: '4', rate: '0.0001' });
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.getByRole('button', { name: 'Pause' }).click();
    await status('Paused').waitFor();
    const paused = await page.locator('#train-status').innerText();
    await page.getByRole('button', { name: 'Back to the best' }).click();
    await status(/the model is the one after step \d/u).waitFor();
    expect(await page.locator('#train-undo').isDisabled()).toBe(true);
    expect((await page.locator('#train-status').innerText()).split(' · ')[0]).toBe(paused.split(' · ')[0]);
    await page.getByRole('button', { name: 'Resume' }).click();
    await status('Done at').waitFor({ timeout: 90_000 });
    await expect.poll(losses).toHaveLength(2);
    const [first = 0, last = Infinity] = await losses();
    expect(last).toBeLessThan(0.7 * first);
    expect(await page.locator('#train-score').innerText()).toMatch(/^Right before training: \d of \d; after step/u);
    expect(errors).toEqual([]);
  });

  it('has no accessibility violation, and nothing wider than a phone', async () => {
    expect(await violationsInEveryLook(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('downloads a folder that opens elsewhere and gives the same answers', async () => {
    const row = await heldOutRow();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download the folder' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('doors.zip');
    const entries = Object.entries(unzipSync(await readFile(await download.path())));
    const files = entries.map(([path, bytes]) => {
      return Object.defineProperty(new File([bytes], path), 'webkitRelativePath', {
        value: path,
      });
    });
    const opened = await openModel(files);
    expect(await opened.readJson('config.json')).toMatchObject({
      architectures: ['AlbertForSequenceClassification'],
      id2label: { 0: 'different', 1: 'same' },
      torch_dtype: 'float16',
    });
    const card = await opened.readText('README.md');
    expect(card).toContain('8 rows to train on, 4 held out');
    expect(card).toMatch(/threads: [1-4]\)/u);
    const { tensors } = await loadCheckpoint(opened);
    expect(tensors.get('classifier.weight')?.dtype).toBe('F16');
    await using model = await load(files, { backend: 'cpu' });
    const [result] = await model.paraphrases([[row.a, row.b]]);
    expect(Math.abs(100 * (result?.probability ?? NaN) - row.percent)).toBeLessThan(1.5);
  });

  it('keeps the model in the browser, with the same answers in the other tabs, even after a reload', async () => {
    const { a, b, kind, percent } = await heldOutRow();
    await page.getByRole('button', { name: 'Keep in this browser and use it' }).click();
    await page.locator('#train-saved').filter({ hasText: 'Kept in this browser' }).waitFor();
    for (const visit of ['kept', 'loaded again']) {
      if (visit === 'loaded again') await page.reload();
      await page.locator('#model-dot[data-state=ready]').waitFor();
      expect(await page.locator('#model-name').innerText()).toBe('doors');
      await page.getByRole('tab', { name: 'Two sentences' }).click();
      await judge(page, a, b, kind);
      // The verdict on the previous sentences may be of the same kind.
      const same = async () => Number((await page.locator('#verdict-number').innerText()).match(/\d+/u)?.[0]);
      await expect.poll(async () => Math.abs((await same()) - percent), { timeout: 15_000 }).toBeLessThanOrEqual(1);
      await page.locator('#sentence-a').fill('');
    }
    await page.locator('#model-button').click();
    await page.locator('#kept-models').getByRole('button', { name: 'doors', exact: true }).waitFor();
    expect(await violations(page)).toEqual([]);
    page.once('dialog', (dialog) => void dialog.dismiss());
    await page.getByRole('button', { name: 'Remove doors' }).click();
    await page.locator('#kept-models').getByRole('button', { name: 'doors', exact: true }).waitFor();
    page.once('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Remove doors' }).click();
    await page.locator('#kept').waitFor({ state: 'hidden' });
    await page.keyboard.press('Escape');
  });
});

describe('a model that was trained for another task', () => {
  it('does not compare sentences, neither when it is kept nor after a reload', async () => {
    await using opened = await demo.open('#tab=train&backend=wasm');
    const { page } = opened;
    await page.locator('#train-run:enabled').waitFor();
    const rows = Array.from({ length: 8 }, (_, at) => `Film ${at} is a joy.,good\nFilm ${at} is a pain.,bad`);
    await drop('reviews.csv', `text,label\n${rows.join('\n')}\n`, page);
    await page.locator('#train-name').filter({ hasText: 'reviews' }).waitFor();
    await page.locator('#train-freeze').selectOption('all_but_head');
    await page.locator('#train-epochs').fill('1');
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.locator('#train-status').filter({ hasText: 'Done at' }).waitFor({ timeout: 90_000 });
    await page.getByRole('button', { name: 'Keep in this browser and use it' }).click();
    await page.locator('#train-saved').filter({ hasText: 'Kept in this browser' }).waitFor();
    for (const visit of ['kept', 'loaded again']) {
      if (visit === 'loaded again') await page.reload();
      await page.locator('#model-dot[data-state=ready]').waitFor();
      const tabs = page.getByRole('tab');
      await expect.poll(() => tabs.filter({ visible: true }).allInnerTexts()).toEqual(['Other tasks', 'Train']);
      await page.getByRole('tab', { name: 'Other tasks' }).click();
      await page.getByRole('button', { name: 'Classify a text' }).click();
      await expect.poll(() => page.locator('#task-result li').allInnerTexts()).toHaveLength(2);
      expect(await page.locator('#verdict').isVisible(), visit).toBe(false);
    }
  });
});

describe('data that cannot be used for training', () => {
  beforeAll(async () => {
    await page.goto(`${demo.url}/#tab=train&backend=wasm`);
    await page.reload();
    await page.locator('#train-run:enabled').waitFor();
  });

  it.each([
    ['one column', 'text\nOne.\nTwo.\n', 'has one column'],
    ['no row', 'text,label\n', 'has no row below its header'],
    ['an open quote', 'text,label\n"One.,a\nTwo.,b\n', 'quoted cell without a closing quote'],
    ['NUL characters', 'text,label\nOne\0,a\n', 'NUL characters'],
    [
      'labels that are texts',
      `text,label\n${Array.from({ length: 30 }, (_, i) => `One ${i}.,Label ${i}`).join('\n')}\n`,
      '30 different labels',
    ],
  ])('%s causes a named error, and the previous table stays open', async (name, content, text) => {
    await drop(`${name}.csv`, content);
    await problem(text).waitFor();
    expect(await page.locator('#train-problem').innerText()).toMatch(/TrainingDataError|UnreadableTableError/u);
    expect(await page.locator('#train-name').innerText()).toBe('Opposites and numbers');
    expect(await page.locator('#train-rows tr').count()).toBe(48);
  });

  it('rows of a single class are rejected when training starts', async () => {
    await page.locator('#train-labels').getByRole('checkbox', { name: 'same' }).uncheck();
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await problem('All 24 rows of the table have the same label').waitFor();
    expect(await violationsInEveryLook(page)).toEqual([]);
    await page.locator('#train-labels').getByRole('checkbox', { name: 'same' }).check();
  });

  it('rows can be added, removed and edited', async () => {
    await page.getByRole('button', { name: 'Add a row' }).click();
    await page.keyboard.type('The sky is blue.');
    await page.getByRole('textbox', { name: 'Row 1, second' }).fill('The sky is grey.');
    await page.getByRole('textbox', { name: 'Row 1, label' }).fill('different');
    await page.locator('#train-labels').filter({ hasText: 'different (25 rows)' }).waitFor();
    await page.getByRole('button', { name: 'Remove row 1', exact: true }).click();
    await page.locator('#train-labels').filter({ hasText: 'different (24 rows)' }).waitFor();
    await page.getByRole('button', { name: 'Restore the removed row' }).click();
    expect(await page.getByRole('textbox', { name: 'Row 1, second' }).inputValue()).toBe('The sky is grey.');
    await page.getByRole('button', { name: 'Remove row 1', exact: true }).click();
    await page.locator('#train-labels').filter({ hasText: 'different (24 rows)' }).waitFor();
  });

  it('a diverging run ends with a named error and the best model', async () => {
    await set({ rate: '1e30', epochs: '2' });
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await problem('DivergedError').waitFor({ timeout: 60_000 });
    await status('the model is the one after step 0').waitFor();
    expect(await page.locator('#train-rows tr').count()).toBe(48);
    await set({ rate: '0.00005' });
    await page.locator('#train-run:enabled').waitFor();
  });

  it('if there are too many labels, the first ones are shown, and the number of the others', async () => {
    const rows = Array.from({ length: 60 }, (_, at) => `Text ${at}.,Note ${at},${at % 2}`);
    await drop('many.csv', `text,note,label\n${rows.join('\n')}\n`);
    await page.locator('#train-name').filter({ hasText: 'many' }).waitFor();
    await page.locator('#train-label').selectOption({ label: 'note' });
    await page.locator('#train-labels').filter({ hasText: 'and 10 more' }).waitFor();
    expect(await page.locator('#train-labels input').count()).toBe(50);
    expect(await page.locator('#train-summary').innerText()).toContain('60 different labels');
  });
});

describe('on WebGPU, if selected', () => {
  it('trains, and shows the backend', async () => {
    // On an emulated GPU, a step of the default model takes seconds per row.
    await using opened = await demo.open('#tab=train&backend=webgpu&model=tiny/default-sequence', mimicHub);
    const { page } = opened;
    await page.locator('#train-run:enabled').waitFor({ timeout: 60_000 });
    await drop('few.csv', pairs.split('\r\n').slice(0, 5).join('\r\n'), page);
    await page.locator('#train-name').filter({ hasText: 'few' }).waitFor();
    await page.locator('#train-epochs').fill('1');
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await page.locator('#train-status').filter({ hasText: 'Done at' }).waitFor({ timeout: 200_000 });
    expect(await page.locator('#train-status').innerText()).toMatch(/loss \d.*· WebGPU$/u);
  }, 240_000);
});
