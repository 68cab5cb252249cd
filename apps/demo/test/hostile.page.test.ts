/** The page with inputs that try to make it say something untrue. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeJson } from '@albert-web/browser/changed-json';
import {
  defaultConfig,
  explained,
  first,
  openJudged,
  second,
  startDemo,
  unfold,
  unsureWithin,
  verdict,
  type Demo,
} from './demo.ts';
import { mimicHub } from './tiny-models.ts';

let demo: Demo;
let page: Page;

beforeAll(async () => {
  demo = await startDemo();
  page = await openJudged(demo);
});
afterAll(() => demo.close());

const tab = (page: Page, name: string) => page.getByRole('tab', { name }).click();
/** Sets a text as if pasted, because Chromium takes long to type many lines. */
const paste = (page: Page, id: string, text: string) =>
  page.locator(`#${id}`).evaluate((box: HTMLTextAreaElement, value) => {
    box.value = value;
    box.dispatchEvent(new Event('input', { bubbles: true }));
  }, text);
const saved = async (page: Page, button: string): Promise<string> => {
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator(button).click()]);
  return readFile(await file.path(), 'utf8');
};
const open = (page: Page, name: string, content: string) =>
  page.locator('#table-file').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(content) });

describe('invisible and combining characters', () => {
  it.each([
    ['accents without letters', 'It rains.', '\u0301\u0301', 'The second sentence is mostly'],
    ['flags', '🇩🇪 🇫🇷', '🇮🇹 🇪🇸', 'Both sentences are mostly'],
    ['joined emoji', '👨‍👩‍👧 family', '👩‍👩‍👦 family', 'differ only in characters'],
  ])('get no verdict: %s', async (_, a, b, why) => {
    await paste(page, 'sentence-a', a);
    await paste(page, 'sentence-b', b);
    await page.locator('#verdict-note').filter({ hasText: why }).waitFor();
    await verdict(page, 'unreadable').waitFor();
    expect(await page.locator('#verdict-number').innerText()).toBe('');
  });

  it.each([
    ['zero-width spaces', '\u200B\u2060', 'It rains.'],
    ['fillers', '\u3164', '\u3164\u3164'],
  ])('do not count as a sentence on their own: %s', async (_, a, b) => {
    await paste(page, 'sentence-a', a);
    await paste(page, 'sentence-b', b);
    await verdict(page, 'waiting').waitFor();
    expect(await page.locator('#verdict-number').innerText()).toBe('');
  });
});

describe('a text that is longer than the model reads', () => {
  const start = 'The council voted to build a bridge over the river near the old town. '.repeat(60);
  const [rejected, accepted] = [`${start}It was rejected.`, `${start}It was accepted.`];
  let page: Page;

  beforeAll(async () => {
    // Never unsure, because this tests how a verdict is shown, not how sure the model is of such texts.
    page = await openJudged(demo, unsureWithin([0.5, 0.5]));
  });
  afterAll(() => page.close());

  it('is compared by its beginning, and the verdict says so', async () => {
    await paste(page, 'sentence-a', rejected);
    await paste(page, 'sentence-b', accepted);
    await page.locator('#verdict-text').filter({ hasText: 'The beginnings mean the same' }).waitFor();
    expect(await page.locator('#verdict-note').innerText()).toContain(
      'too long for this model, which reads 512 tokens',
    );
    await paste(page, 'sentence-b', 'Cats sleep on the sofa.');
    await page.locator('#verdict-text').filter({ hasText: 'The beginnings differ in meaning' }).waitFor();
  });

  it('is marked in the list, among the duplicates, and in the saved file', async () => {
    await tab(page, 'A list');
    await page.locator('#rank-query').fill('A bridge will be built.');
    await paste(page, 'rank-list', `${rejected}\n${accepted}\nIt rains.`);
    await page.getByRole('button', { name: 'Rank' }).click();
    await page.locator('#rank-answer[data-answer=fresh]').waitFor();
    expect(await page.locator('#ranking .ranked-number').filter({ hasText: '(beginning only)' }).count()).toBe(2);
    const lines = (await saved(page, '#rank-download')).split('\n');
    expect(lines.filter((line) => line.endsWith('\ttoo long: only the beginning was read'))).toHaveLength(2);
    await page.getByRole('button', { name: 'Find duplicates' }).click();
    await page
      .locator('#duplicates-status')
      .filter({ hasText: '2 lines are too long: only their beginnings were compared' })
      .waitFor();
  });

  it('is marked in a file', async () => {
    await tab(page, 'A file');
    await open(page, 'long.csv', `a,b\n"${rejected}","${accepted}"\nIt rains.,Rain falls.\n`);
    await page.locator('#table-name').filter({ hasText: 'long.csv' }).waitFor();
    await page.getByRole('button', { name: 'Judge' }).click();
    await page.locator('#table-count').filter({ hasText: '2 judged' }).waitFor();
    expect(await page.locator('#table-rows td.number').first().innerText()).toMatch(/^\d+% \(beginning only\)$/u);
    expect(await saved(page, '#table-download')).toMatch(/\ttoo long: only the beginning was read\nIt rains\./u);
  });

  it('or that cannot be read is marked in the other tasks', async () => {
    await using opened = await demo.open('#model=tiny/default-token', mimicHub);
    const box = opened.page.locator('#panel-tasks textarea');
    const answer = opened.page.locator('#task-empty');
    await box.fill('猫がいる。');
    await opened.page.getByRole('button', { name: 'Tag tokens' }).click();
    await answer.filter({ hasText: 'The model cannot read this' }).waitFor();
    expect(await opened.page.locator('#task-result li').count()).toBe(0);
    await box.fill('w9 '.repeat(600));
    await opened.page.getByRole('button', { name: 'Tag tokens' }).click();
    await answer.filter({ hasText: 'only its beginning was read' }).waitFor();
    expect(await opened.page.locator('#task-result li').count()).toBeGreaterThan(0);
  });
});

describe('a file', () => {
  beforeAll(() => tab(page, 'A file'));

  it('is not compared if both sentences are the same column', async () => {
    await open(page, 'pairs.csv', 'a,b\nIt rains.,The shop is closed.\n');
    await page.locator('#table-name').filter({ hasText: 'pairs.csv' }).waitFor();
    await page.locator('#table-second').selectOption({ index: 0 });
    await page.locator('#table-score').filter({ hasText: 'Both sentences are taken from “a”.' }).waitFor();
    expect(await page.getByRole('button', { name: 'Judge' }).isEnabled()).toBe(false);
    await page.locator('#table-second').selectOption({ index: 1 });
    expect(await page.locator('#table-score').innerText()).toBe('');
    expect(await page.getByRole('button', { name: 'Judge' }).isEnabled()).toBe(true);
  });

  it('that is empty is reported as such', async () => {
    await open(page, 'nothing.csv', '');
    await page.locator('#table-problem').filter({ hasText: 'nothing.csv is empty' }).waitFor();
  });

  it('that takes longer to read than a later one is ignored', async () => {
    await page.evaluate(() => {
      File.prototype.arrayBuffer = async function (this: File) {
        const bytes = await Blob.prototype.arrayBuffer.call(this);
        if (this.name === 'slow.csv') await new Promise((resolve) => setTimeout(resolve, 1000));
        (globalThis as unknown as { lastRead: string }).lastRead = this.name;
        return bytes;
      };
    });
    await open(page, 'slow.csv', 'a,b\nOne.,Two.\n');
    await open(page, 'quick.csv', 'a,b\nThree.,Four.\n');
    await page.waitForFunction(() => (globalThis as unknown as { lastRead: string }).lastRead === 'slow.csv');
    expect(await page.locator('#table-name').innerText()).toBe('quick.csv');
    expect(await page.locator('#table-rows td').first().innerText()).toBe('Three.');
  });
});

describe('the address', () => {
  it('matches the page after a link to it, after going back, and after the skip link', async () => {
    await using opened = await demo.open();
    const { page } = opened;
    await verdict(page, 'same').waitFor();
    await paste(page, 'rank-list', 'One line.');
    await page.waitForFunction(() => location.hash.includes('list=One'));
    await page.evaluate(() => (location.hash = '#a=It+rains.&b=Rain+falls.'));
    await expect.poll(() => page.url()).toContain('#a=It+rains.&b=Rain+falls.&query=');
    expect(page.url()).toContain('list=One+line.');
    expect(await first(page).inputValue()).toBe('It rains.');
    await first(page).fill('It pours.');
    await page.evaluate(() => (location.hash = '#main'));
    await expect.poll(() => page.url()).toContain('#a=It+pours.');
    await page.goBack();
    await explained(page);
    const { a, list } = await page.evaluate(() => Object.fromEntries(new URLSearchParams(location.hash.slice(1))));
    expect([a, list]).toEqual([await first(page).inputValue(), await page.locator('#rank-list').inputValue()]);
  });

  it('with nonsense in it opens the page normally', async () => {
    await using opened = await demo.open('#a=It+rains.&depth=-3&tab=none&backend=evil&precision=__proto__&fields=[1');
    await verdict(opened.page, 'unsure')
      .or(verdict(opened.page, 'different'))
      .or(verdict(opened.page, 'same'))
      .waitFor();
    await unfold(opened.page);
    expect(await opened.page.locator('#depth-value').innerText()).toMatch(/^[1-6] of 6$/u);
    const depth = Number(await opened.page.locator('#depth').inputValue());
    const used = depth < 6 ? `${depth} of 6 layers` : 'ms';
    expect(await opened.page.locator('#verdict-note').innerText()).toContain(used);
  });
});

describe('another language of the page', () => {
  it('keeps typed texts, including those that are too long for the address', async () => {
    const lines = Array.from({ length: 1000 }, (_, at) => `Line ${at}.`).join('\n');
    await using opened = await demo.open('#tab=rank');
    const { page } = opened;
    await verdict(page, 'same').waitFor({ state: 'attached' });
    await paste(page, 'rank-list', lines);
    await page.waitForFunction(() => location.hash.includes('query='));
    await page.locator('#language').selectOption('de');
    await page.getByRole('tab', { name: 'Liste', selected: true }).waitFor();
    expect(await page.locator('#rank-list').inputValue()).toBe(lines);
  });

  it('translates the facts about a model', async () => {
    const context = await demo.browser.newContext({ locale: 'de' });
    await changeJson(context, defaultConfig, { id2label: { 0: 'LABEL_0', 1: 'LABEL_1' }, label2id: undefined });
    const german = await context.newPage();
    await german.goto(demo.url);
    await verdict(german, 'same').waitFor({ timeout: 90_000 });
    await unfold(german);
    await german
      .locator('#backends .note')
      .filter({ hasText: 'haben keine Namen: LABEL_1 gilt als „gleich“' })
      .waitFor();
    expect(await german.locator('#backends [lang=en]').count()).toBe(0);
    await context.close();
  });
});

describe('another model', () => {
  it('while a list runs removes its results and its cancel button', async () => {
    await tab(page, 'A list');
    await paste(page, 'rank-list', Array.from({ length: 1500 }, (_, at) => `Sentence number ${at}.`).join('\n'));
    await page.getByRole('button', { name: 'Rank' }).click();
    await page
      .locator('#rank-status')
      .filter({ hasText: /^\d+ of 1,500/u })
      .waitFor();
    await page.evaluate(() => (location.hash = '#model=./weights/sentence/&tab=rank'));
    await page
      .locator('#model-name')
      .filter({ hasText: /^Sentence encoder$/u })
      .waitFor();
    await page.getByRole('button', { name: 'Rank' }).waitFor();
    expect(await page.locator('#rank-status').innerText()).toBe('');
    expect(await page.locator('#ranking li').count()).toBe(0);
    expect(await page.locator('#rank-cancel').isVisible()).toBe(false);
    await page.locator('#rank-list').fill('It rains.');
    await page.getByRole('button', { name: 'Rank' }).click();
    await page
      .locator('#rank-status')
      .filter({ hasText: /^1 sentence in/u })
      .waitFor();
  });

  it('that is replaced by the next one before it has loaded never answers', async () => {
    await page.evaluate(() => {
      location.hash = '#model=./nowhere/&tab=compare';
      setTimeout(() => (location.hash = '#a=The+cat+is+sleeping+on+the+sofa.&b=A+cat+sleeps+on+the+couch.'), 5);
    });
    await page
      .locator('#model-name')
      .filter({ hasText: /^Default model$/u })
      .waitFor();
    await tab(page, 'Two sentences');
    await verdict(page, 'same').waitFor();
    expect(await page.locator('#notice').isVisible()).toBe(false);
    expect(await second(page).inputValue()).toBe('A cat sleeps on the couch.');
  });
});
