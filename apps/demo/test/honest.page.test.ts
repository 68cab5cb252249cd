/** The page never says anything untrue: about texts that a model cannot read, earlier inputs, or misread files. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  explained,
  first,
  openJudged,
  overflow,
  second,
  startDemo,
  unfold,
  unsureWithin,
  verdict,
  violations,
  violationsInEveryLook,
  type Demo,
} from './demo.ts';

let demo: Demo;
let page: Page;

beforeAll(async () => {
  demo = await startDemo();
  page = await openJudged(demo);
});
afterAll(() => demo.close());

/** Returns whether the page asks for confirmation before it is left. */
const leavingIsAsked = () =>
  page.evaluate(() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })));

const tab = (name: string) => page.getByRole('tab', { name }).click();

describe('a text the model cannot read', () => {
  it.each([
    ['Chinese', '今天天气很好。', '银行提高了利率。'],
    ['Japanese', '猫がソファで寝ている。', '銀行が金利を上げた。'],
    ['Russian', 'Кошка спит на диване.', 'Банк повысил ставку.'],
    ['Hebrew', 'החתול ישן על הספה.', 'הבנק העלה את הריבית.'],
    ['emoji', '😀', '😢'],
  ])('gets no verdict: %s', async (_, a, b) => {
    await first(page).fill(a);
    await second(page).fill(b);
    await explained(page);
    await verdict(page, 'unreadable').waitFor();
    expect(await page.locator('#verdict-note').innerText()).toContain('Both sentences are mostly characters');
    expect(await page.locator('#verdict-number').innerText()).toBe('');
    expect(await page.locator('#tokens-a del').count()).toBeGreaterThan(0);
  });

  it('is not explained, even on request', async () => {
    expect(await page.locator('#alignment .word').count()).toBe(0);
    expect(await page.locator('#alignment-note').innerText()).toBe('');
    expect(await page.locator('#chart rect').count()).toBe(0);
  });

  it('gets no verdict if only such characters differ', async () => {
    await first(page).fill('I am happy 😀');
    await second(page).fill('I am happy 😢');
    await page.locator('#verdict-note').filter({ hasText: 'differ only in characters' }).waitFor();
    expect(await verdict(page, 'unreadable').count()).toBe(1);
  });

  it('is named if it is one of two, and comes last in a list', async () => {
    await first(page).fill('The cat is sleeping on the sofa.');
    await second(page).fill('猫がソファで寝ている。');
    await explained(page);
    await page.locator('#verdict-note').filter({ hasText: 'The second sentence is mostly' }).waitFor();
    await tab('A list');
    await page.locator('#rank-query').fill('The cat is sleeping on the sofa.');
    await page.locator('#rank-list').fill('猫がソファで寝ている。\nA cat sleeps on the couch.\nThe bank is closed.');
    await page.getByRole('button', { name: 'Rank' }).click();
    await expect.poll(() => page.locator('#ranking .ranked-number').allInnerTexts()).toHaveLength(3);
    expect(await page.locator('#ranking .ranked-number').last().innerText()).toBe('unreadable');
  });

  it('is named once if all others are compared with it', async () => {
    await page.locator('#rank-query').fill('猫がソファで寝ている。');
    await page.getByRole('button', { name: 'Rank' }).click();
    await page.locator('#rank-status').filter({ hasText: 'The sentence is mostly characters' }).waitFor();
    expect(await page.locator('#ranking li').count()).toBe(0);
    expect(await page.locator('#rank-download').isVisible()).toBe(false);
  });
});

describe('invisible characters', () => {
  it.each(['\u202E', '\u200B', '\u00AD', '\uFEFF', '\uFE0F'])(
    'are left out, and the verdict says so: %j',
    async (hidden) => {
      const sentence = 'The cat is sleeping on the sofa.';
      await tab('Two sentences');
      await first(page).fill(sentence);
      await second(page).fill(`${hidden}The c${hidden}at is sleeping ${hidden}on the sofa.${hidden}`);
      await explained(page);
      await verdict(page, 'same').waitFor();
      expect(await page.locator('#verdict-note').innerText()).toContain('invisible characters are left out');
      const probability = () => page.locator('#verdict-number').innerText();
      const hiding = await probability();
      await second(page).fill(sentence);
      await explained(page);
      expect(hiding).toBe(await probability());
      expect(await page.locator('#verdict-note').innerText()).not.toContain('invisible');
    },
  );

  it('are left out of lists and files', async () => {
    await tab('A list');
    await page.locator('#rank-query').fill('The cat is sleep\u00ADing on the sofa.');
    await page.locator('#rank-list').fill('\u200B\nThe cat is sleeping on \u202Ethe sofa.');
    await page.getByRole('button', { name: 'Rank' }).click();
    await page.locator('#ranking .ranked-number').filter({ hasText: /9\d%/u }).waitFor();
    expect(await page.locator('#ranking li').count()).toBe(1);
    await tab('A file');
    await page.locator('#table-file').setInputFiles({
      name: 'hidden.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('a,b\nThe cat sle\u00ADeps.,The cat\u2060 sleeps.\nA cat.,\u200B\n'),
    });
    await page.locator('#table-name').filter({ hasText: 'hidden.csv' }).waitFor();
    await page.getByRole('button', { name: 'Judge' }).click();
    await page.locator('#table-rows [data-kind=same]').filter({ hasText: /9\d%/u }).waitFor();
    await page.locator('#table-rows').filter({ hasText: /empty/u }).waitFor();
  });
});

describe('a language the model does not read', () => {
  it.each([
    ['German', 'Die Katze schläft auf dem Sofa.', 'Die Bank hat den Zins erhöht.'],
    ['French', 'Le chat dort sur le canapé.', 'La banque a augmenté son taux.'],
    ['Spanish', 'El gato duerme en el sofá.', 'El banco ha subido los tipos de interés.'],
    ['Polish', 'Kot śpi na kanapie.', 'Bank podniósł stopy procentowe.'],
    ['Turkish', 'Kedi kanepede uyuyor ama köpek bahçede değil.', 'Banka faiz oranını artırdı ve bu iyi değil.'],
    ['Czech', 'Nevím, kde je kočka, protože už nespí.', 'Banka zvýšila úrokové sazby.'],
    ['Vietnamese', 'Con mèo đang ngủ trên ghế.', 'Ngân hàng đã tăng lãi suất.'],
    ['Swahili', 'Paka analala kwenye kiti na mbwa yake.', 'Benki iliongeza riba kwa mwaka huu.'],
    ['another language', 'Kucing itu sedang tidur di sofa.', 'Bank itu menaikkan suku bunga.'],
    ['another language', 'Nampiakatra ny zanabola ny banky omaly hariva ary tsy faly ny mpanjifa.', 'Matory ny saka.'],
  ])('is named instead of the verdict: %s', async (language, a, b) => {
    await tab('Two sentences');
    await first(page).fill(a);
    await second(page).fill(b);
    await explained(page);
    await verdict(page, 'other-language').waitFor();
    expect(await page.locator('#verdict-text').innerText()).toBe('This model reads English');
    expect(await page.locator('#verdict-note').innerText()).toContain(`This looks like ${language}.`);
  });

  it('is named in the list, among the duplicates, and in the file', async () => {
    await tab('A list');
    await page.locator('#rank-query').fill('The cat is sleeping on the sofa.');
    await page.locator('#rank-list').fill('Die Katze schläft auf dem Sofa.\nA cat sleeps on the couch.');
    await page.getByRole('button', { name: 'Rank' }).click();
    await page.locator('#ranking .ranked-number').filter({ hasText: '% (German)' }).waitFor();
    expect(await page.locator('#ranking li.other-language').count()).toBe(1);
    await page.getByRole('button', { name: 'Find duplicates' }).click();
    await page.locator('#duplicates-status').filter({ hasText: 'Some lines look like German' }).waitFor();
    await tab('A file');
    await page.locator('#table-file').setInputFiles({
      name: 'german.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('a,b\nDie Katze schläft auf dem Sofa.,Die Bank hat den Zins erhöht.\n'),
    });
    await page.locator('#table-name').filter({ hasText: 'german.csv' }).waitFor();
    await page.getByRole('button', { name: 'Judge' }).click();
    await page.locator('#table-rows [data-kind=other-language]').filter({ hasText: 'German' }).waitFor();
  });

  it('is named once, not for each line, if it is that of the sentence with which all lines are compared', async () => {
    await tab('A list');
    await page.locator('#rank-query').fill('Die Katze schläft auf dem Sofa, und der Hund ist nicht da.');
    await page.locator('#rank-list').fill('A cat sleeps on the couch.\nThe bank raised its rate.');
    await page.getByRole('button', { name: 'Rank' }).click();
    await page.locator('#rank-status').filter({ hasText: 'looks like German; this model reads English' }).waitFor();
    expect(await page.locator('#ranking').innerText()).not.toContain('German');
  });
});

describe('a verdict that is hardly better than a guess', () => {
  it('is "Not sure", with its probability', async () => {
    // The range is set by the model. Here it is unsure of everything.
    await using opened = await demo.open('', unsureWithin([0, 1]));
    await verdict(opened.page, 'unsure').waitFor();
    expect(await opened.page.locator('#verdict-text').innerText()).toBe('Not sure');
    expect(await opened.page.locator('#verdict-number').innerText()).toMatch(/^\d+%$/u);
    // The lines of the list and the rows of the file are neither the same nor different.
    await opened.page.getByRole('tab', { name: 'A list' }).click();
    await opened.page.getByRole('button', { name: 'Rank' }).click();
    await opened.page.locator('#ranking li.unsure').nth(7).waitFor();
    expect(await opened.page.locator('#ranking li.unsure').count()).toBe(8);
    await opened.page.getByRole('tab', { name: 'A file' }).click();
    await opened.page.getByRole('button', { name: 'Try ten pairs' }).click();
    await opened.page.getByRole('button', { name: 'Judge' }).click();
    await opened.page.locator('#table-count').filter({ hasText: '10 judged' }).waitFor();
    expect(await opened.page.locator('#table-rows [data-kind=unsure]').count()).toBe(10);
    const [saved] = await Promise.all([
      opened.page.waitForEvent('download'),
      opened.page.getByRole('button', { name: 'Download results' }).click(),
    ]);
    expect(await readFile(await saved.path(), 'utf8')).toMatch(/(\tnot sure\n.*){10}$/su);
  });
});

describe('an answer to an earlier input', () => {
  it('is dimmed in the list as soon as the sentence changes, and fresh again after ranking', async () => {
    await tab('A list');
    await page.locator('#rank-query').fill('The bank raised its rate.');
    await page.locator('#rank-answer[data-answer=stale]').waitFor();
    const note = page.locator('.answer-note:has(+ #rank-answer)');
    expect(await note.innerText()).toContain('earlier input');
    await page.getByRole('button', { name: 'Rank' }).click();
    await page.locator('#rank-answer[data-answer=fresh]').waitFor();
    await note.waitFor({ state: 'hidden' });
  });

  it('is dimmed beside new sentences until they are compared', async () => {
    await tab('Two sentences');
    await first(page).fill('The cat is sleeping on the sofa.');
    await second(page).fill('A cat sleeps on the couch.');
    await explained(page);
    const marked = await page.evaluate(() => {
      const box = document.querySelector<HTMLTextAreaElement>('#sentence-a');
      if (box) box.value = 'The dog is sleeping on the sofa.';
      box?.dispatchEvent(new Event('input', { bubbles: true }));
      return ['#verdict', '#how-answer'].map((id) => document.querySelector<HTMLElement>(id)?.dataset['answer']);
    });
    expect(marked).toEqual(['updating', 'updating']);
    await explained(page);
    expect(await page.locator('#verdict').getAttribute('data-answer')).toBe('fresh');
    await first(page).fill(' ');
    await verdict(page, 'waiting').waitFor();
    await expect.poll(() => page.locator('#alignment .word').count()).toBe(0);
  });
});

describe('after an error', () => {
  it('no tab has an old answer beside a new question', async () => {
    await using opened = await demo.open('', (context) =>
      context.addInitScript(() => {
        const started = ((globalThis as unknown as { started: Worker[] }).started = []) as Worker[];
        globalThis.Worker = class extends Worker {
          constructor(...settings: ConstructorParameters<typeof Worker>) {
            super(...settings);
            started.push(this);
          }
        };
      }),
    );
    const { page } = opened;
    const open = (name: string) => page.getByRole('tab', { name }).click();
    await verdict(page, 'same').waitFor();
    await explained(page);
    await open('A list');
    await page.getByRole('button', { name: 'Rank' }).click();
    await page.locator('#ranking li').first().waitFor();
    await open('A file');
    await page.getByRole('button', { name: 'Try ten pairs' }).click();
    await page.getByRole('button', { name: 'Judge' }).click();
    await page.locator('#table-count').filter({ hasText: '10 judged' }).waitFor();
    // Simulates the event of a worker that has run out of memory.
    await page.evaluate(() => {
      for (const worker of (globalThis as unknown as { started: Worker[] }).started)
        worker.dispatchEvent(new ErrorEvent('error', { message: 'out of memory', cancelable: true }));
    });

    await page.getByRole('alert').filter({ hasText: 'The model has stopped.' }).waitFor();
    await page.locator('#table-first').selectOption({ index: 2 });
    expect(await page.locator('#table-rows td.number').allInnerTexts()).toEqual(Array.from({ length: 10 }, () => '–'));
    expect(await page.getByRole('button', { name: 'Judge' }).isEnabled()).toBe(false);
    await open('A list');
    await page.locator('#rank-query').fill('The bank raised its rate.');
    expect(await page.getByRole('button', { name: 'Rank' }).isEnabled()).toBe(false);
    expect(await page.locator('#ranking li').count()).toBe(0);
    await open('Two sentences');
    await first(page).fill('The bank raised its rate.');
    await verdict(page, 'failed').waitFor();
    expect(await page.locator('#verdict-number').innerText()).toBe('');
    // Removed shortly after the last keystroke.
    await expect.poll(() => page.locator('#alignment .word').count()).toBe(0);
  });
});

describe('a long pair', () => {
  const long = (seed: number) =>
    Array.from({ length: 60 }, (_, at) => ['river', 'house', 'walks', 'old', 'green', 'the'][(at * seed) % 6]).join(
      ' ',
    );

  it('is explained only on request, with progress and a way to cancel, as marked text', async () => {
    await first(page).fill(long(5));
    await second(page).fill(long(7));
    await explained(page);
    const run = page.getByRole('button', { name: 'Explain the verdict' });
    await run.waitFor();
    expect(await page.locator('#alignment .word').count()).toBe(0);
    expect(await page.locator('#explain-cost').innerText()).toContain('120 words');
    await run.click();
    await page.locator('#explain-progress').waitFor();
    await page.locator('#explain-cancel').click();
    expect(await page.locator('#explain-progress').isVisible()).toBe(false);
    expect(await page.locator('#alignment-text mark').count()).toBe(0);
    await run.click();
    await page.locator('#alignment-text mark').first().waitFor({ timeout: 120_000 });
    expect(await page.locator('#explain-hint').innerText()).toContain('The stronger a phrase is marked');
    // Phrases, not words: at most twenty per sentence.
    expect(await page.locator('#alignment-text mark').count()).toBeLessThanOrEqual(40);
    expect(await page.evaluate(() => document.body.scrollHeight)).toBeLessThan(3000);
    expect(await violations(page)).toEqual([]);
  });

  it('that does not fit is truncated with a note', async () => {
    const notice = page.locator('#paste-note');
    expect(await notice.isVisible()).toBe(false);
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData('text', 'word '.repeat(5000));
      document.querySelector('#sentence-a')?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }));
    });
    await notice.filter({ hasText: '20,000 characters' }).waitFor();
  });
});

describe('a running list', () => {
  it('lets a pair go first, shows its progress, and can be canceled', async () => {
    const lines = Array.from({ length: 1500 }, (_, at) => `Line ${at} is about the weather and the sea.`);
    await tab('A list');
    // Set as if pasted, because Chromium takes a minute to type so many lines.
    await page.locator('#rank-list').evaluate((list: HTMLTextAreaElement, text) => {
      list.value = text;
      list.dispatchEvent(new Event('input', { bubbles: true }));
    }, lines.join('\n'));
    await page.getByRole('button', { name: 'Rank' }).click();
    await page
      .locator('#rank-status')
      .filter({ hasText: /^\d+ of 1,500/u })
      .waitFor();
    await tab('Two sentences');
    await first(page).fill('She plays the violin.');
    await second(page).fill('The train to Paris was late.');
    await verdict(page, 'different').waitFor();
    await page.locator('#verdict[data-answer=fresh]').waitFor();
    await tab('A list');
    expect(await page.locator('#rank-status').innerText()).toMatch(/^\d+ of 1,500/u);
    expect(await leavingIsAsked()).toBe(true);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('#rank-status').filter({ hasText: 'Canceled.' }).waitFor();
    expect(await leavingIsAsked()).toBe(false);
    await page.getByRole('button', { name: 'Rank' }).waitFor();
  });

  it('shows fifty lines until all are requested', async () => {
    await page.locator('#rank-list').fill(Array.from({ length: 60 }, (_, at) => `Line ${at}.`).join('\n'));
    await page.getByRole('button', { name: 'Rank' }).click();
    await page.locator('#rank-answer[data-answer=fresh]').waitFor();
    expect(await page.locator('#ranking li').count()).toBe(50);
    await page.getByRole('button', { name: 'Show all 60' }).click();
    expect(await page.locator('#ranking li').count()).toBe(60);
  });
});

describe('a file', () => {
  const utf16be = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
  const open = (name: string, buffer: Buffer | string) =>
    page.locator('#table-file').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(buffer) });
  const cells = () => page.locator('#table-rows tr').first().locator('td').allInnerTexts();
  const chip = (name: string) => page.locator('#table-format').getByLabel(name);

  it.each([
    ['semicolons', 'Satz A;Satz B\nJa, er kommt.;Er kommt, ja.\n', ['Ja, er kommt.', 'Er kommt, ja.']],
    [
      'quoted tabs',
      'left\tright\n"The cat, it ""sleeps""."\t"A cat sleeps."\n',
      ['The cat, it "sleeps".', 'A cat sleeps.'],
    ],
    ['UTF-16', utf16be('sentence1,sentence2\nÉcoute.,Écoutez.\n'), ['Écoute.', 'Écoutez.']],
    ['Latin-1', Buffer.from('sentence1,sentence2\nÉcoute.,Écoutez.\n', 'latin1'), ['Écoute.', 'Écoutez.']],
  ])('with %s is read as intended, including its header', async (name, content, texts) => {
    await tab('A file');
    await open(`${name}.csv`, content);
    await page.locator('#table-name').filter({ hasText: name }).waitFor();
    expect((await cells()).slice(0, 2)).toEqual(texts);
    expect(await page.locator('#table-rows tr').count()).toBe(1);
    expect(await page.locator('#table-first option:checked').innerText()).not.toMatch(/^Column/u);
  });

  it('can be read with other settings', async () => {
    expect(await chip('First row').inputValue()).toBe('yes');
    await chip('First row').selectOption('no');
    await expect.poll(() => page.locator('#table-rows tr').count()).toBe(2);
    await chip('Encoding').selectOption('UTF-8');
    await expect.poll(cells).toContain('sentence1');
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 640 });
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it.each([
    ['book.xlsx', Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0]), 'is a spreadsheet'],
    ['rows.json', '[{"a": "One.", "b": "Two."}]', 'is JSON'],
    ['model.bin', Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 37) % 7)), 'contains NUL characters'],
    ['one.csv', 'text\nOne.\nTwo.\n', 'has one column'],
  ])(
    'that is not a table, %s, is rejected with a named error, and the previous one stays',
    async (name, content, why) => {
      await open(name, content);
      await page
        .locator('#table-problem')
        .filter({ hasText: `${name} ${why}` })
        .waitFor();
      expect(await page.locator('#table-problem').innerText()).toContain('UnreadableTableError');
      expect(await page.locator('#table-name').innerText()).toBe('Latin-1.csv');
      expect(await page.locator('#table-rows tr').count()).toBe(2);
    },
  );

  it('that was rejected can be read with other settings', async () => {
    await open('open.csv', 'a,b\n"One,Two\nThree,Four\n');
    // The problem of the file before has such a choice too.
    const problem = page.locator('#table-problem').filter({ hasText: 'open.csv' });
    await problem.getByLabel('Quotes').selectOption('as text');
    await page.locator('#table-name').filter({ hasText: 'open.csv' }).waitFor();
    expect(await page.locator('#table-problem').isVisible()).toBe(false);
    expect((await cells()).slice(0, 2)).toEqual(['"One', 'Two']);
    await open('one.csv', 'text\nOne.\nTwo.\n');
    await page.locator('#table-problem').waitFor();
  });

  it('that was rejected causes no accessibility violation', async () => {
    expect(await violationsInEveryLook(page)).toEqual([]);
  });

  it('is saved with all its rows, with a reason for those without a verdict, and without formulas', async () => {
    const rows = Array.from({ length: 40 }, (_, at) => {
      if (at % 4 === 1) return `The cat sleeps ${at}.,`;
      if (at === 10) return 'alone';
      if (at === 20) return '猫がいる。,銀行がある。';
      return at === 30 ? '=1+1,"@cmd, a"' : `The cat sleeps ${at}.,A cat is asleep.`;
    });
    await open('gaps.csv', `sentence1,sentence2\n${rows.join('\n')}\n`);
    await page.locator('#table-name').filter({ hasText: 'gaps.csv' }).waitFor();
    await page.getByRole('button', { name: 'Judge' }).click();
    await page.locator('#table-count').filter({ hasText: '40 of 40 pairs · 28 judged, 12 skipped' }).waitFor();
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download results' }).click(),
    ]);
    const lines = (await readFile(await saved.path(), 'utf8')).trimEnd().split('\n').slice(1);
    expect(lines).toHaveLength(40);
    expect(lines[1]).toBe('The cat sleeps 1.\t\t\t\t“sentence2” is empty');
    expect(lines[10]).toBe('alone\t\t\t\t1 cell instead of 2');
    expect(lines[20]).toMatch(/\t\t\tcharacters that this model does not know$/u);
    expect(lines[30]).toMatch(/^'=1\+1\t'@cmd, a\t[01]\t/u);
  });
});

describe('in German', () => {
  it('the page is in German if the browser prefers that, and in English after switching', async () => {
    const context = await demo.browser.newContext({ locale: 'de-CH' });
    context.setDefaultTimeout(90_000);
    const german = await context.newPage();
    await german.goto(demo.url);
    await verdict(german, 'same').waitFor();
    expect(await german.locator('html').getAttribute('lang')).toBe('de');
    expect(await german.locator('#verdict-text').innerText()).toBe('Gleiche Bedeutung');
    expect(await german.locator('#verdict-number').innerText()).toMatch(/^\d+\u00A0%$/u);
    expect(await german.getByRole('tab', { name: 'Zwei Sätze' }).isVisible()).toBe(true);
    expect(await violations(german)).toEqual([]);

    await unfold(german);
    const reasons = await german.locator('#backends [data-state=rejected]').allInnerTexts();
    expect(reasons.join()).toMatch(/WebGPU.*nachgebildet.*WebGL.*nachgebildet/su);
    await german.getByRole('tab', { name: 'Trainieren' }).click();
    await german.locator('#train-second').selectOption('first');
    await german.locator('#train-summary').filter({ hasText: 'zweimal gewählt' }).waitFor();
    // The library's messages are marked as English.
    expect(await german.locator('main [lang=en]:visible').count()).toBe(0);
    await german.locator('#model-button').click();
    await german.locator('#model-location').fill('./nowhere/');
    await german.getByRole('button', { name: 'Laden', exact: true }).click();
    const notice = german.locator('#notice');
    await notice.filter({ hasText: 'Eine Datei dieses Modells wurde nicht gefunden.' }).waitFor();
    expect(await notice.innerText()).toContain('Die Bibliothek meldet dazu auf Englisch:');
    expect(await notice.locator('[lang=en]').innerText()).toContain('config.json was not found');
    await german.locator('#language').selectOption('en');
    await german.getByRole('tab', { name: 'Two sentences' }).waitFor();
    await context.close();
  });
});
