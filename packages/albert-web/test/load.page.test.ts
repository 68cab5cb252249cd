/**
 * Load: several tabs at once, each asking its worker mixed things while calls are aborted and models disposed at random.
 * Every call answers or rejects with the error it should; memory comes back. `npm run load-test` runs it at full size.
 */
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { collectErrors, launchChromium, servePage } from './pages.ts';

const full = process.env['LOAD_TEST'] === 'full';
const tabs = full ? 8 : 2;
const callsPerTab = full ? 125 : 20;
/** Bytes a tab may hold after the last call beyond what it held after a first, equal round. */
const mostGrowth = 2 << 20;

/** Files that a model may have and this one has not. */
const notFound = /status of 404/u;

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

it(
  `answers or refuses by name, ${tabs} tabs with ${callsPerTab} calls each`,
  async () => {
    await using server = await servePage('<script src="/albert/albert.js"></script>');
    const context = await browser.newContext();
    const reports = await Promise.all(
      Array.from({ length: tabs }, async (_, tab) => {
        const page = await context.newPage();
        const errors = collectErrors(page);
        await page.goto(server.url);
        await page.evaluate(recordUnhandled);
        const before = await measureAfter(page, tab + 1);
        const after = await measureAfter(page, tab + 101);
        return { errors, before, after };
      }),
    );
    await context.close();
    if (full)
      console.table(
        reports.map(({ before, after }) => ({ ...after.outcomes, before: before.bytes, after: after.bytes })),
      );
    for (const { errors, before, after } of reports) {
      expect(errors.filter((error) => !notFound.test(error))).toEqual([]);
      for (const { outcomes, wrong } of [before, after]) {
        expect(wrong).toEqual([]);
        expect(Object.values(outcomes).reduce((sum, count) => sum + count, 0)).toBe(callsPerTab);
        expect(outcomes['answered']).toBeGreaterThan(callsPerTab / 4);
      }
      expect(after.bytes - before.bytes).toBeLessThan(mostGrowth);
    }
  },
  full ? 1_800_000 : 300_000,
);

/** One round of calls, then what the tab holds. */
async function measureAfter(page: Page, seed: number) {
  const round = await page.evaluate(askAround, { seed, calls: callsPerTab });
  // Every model is disposed by now: what WebAssembly held went with its worker, and what is left is the page's own.
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize: bytes } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  await expect.poll(() => page.workers().length, { timeout: 10_000 }).toBe(0);
  return { ...round, bytes };
}

/** In the page: an unhandled rejection becomes an error that is collected. */
function recordUnhandled(): void {
  addEventListener('unhandledrejection', (event) => console.error(`unhandled: ${String(event.reason)}`));
}

/** In the page: the calls of one round, up to six at a time. */
async function askAround({ seed, calls }: { seed: number; calls: number }) {
  const { albert } = window;
  if (!albert) throw new Error('window.albert is missing');
  const { load } = albert;
  let state = seed;
  // mulberry32
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
  const words = [
    'the',
    'cat',
    'sleeps',
    'on',
    'a',
    'sofa',
    'she',
    'bought',
    'new',
    'car',
    'last',
    'week',
    'rain',
    '日本',
    '🙂',
  ];
  const sentence = (): string =>
    Array.from({ length: 1 + Math.floor(random() * 30) }, () => words[Math.floor(random() * words.length)]).join(' ');
  type Model = Awaited<ReturnType<typeof load>>;
  type Ask = (model: Model, signal?: AbortSignal) => Promise<unknown>;
  const kinds: readonly { readonly ask: Ask; readonly refusal?: string }[] = [
    { ask: (model, signal) => model.paraphrase(sentence(), sentence(), { signal }) },
    { ask: (model) => model.paraphrase(sentence(), sentence()) },
    {
      ask: (model, signal) =>
        model.paraphrases(
          Array.from({ length: 5 }, () => [sentence(), sentence()]),
          { signal, batchSize: 2 },
        ),
    },
    { ask: (model) => model.tokenizer.encode(sentence()) },
    { ask: (model) => model.info() },
    { ask: (model, signal) => model.fillMask(sentence(), { signal }), refusal: 'UnsupportedTaskError' },
    { ask: (model) => model.paraphrase('', sentence()), refusal: 'InvalidArgumentError' },
  ];
  const outcomes: Record<string, number> = {};
  const wrong: string[] = [];
  const open = new Set<Promise<void>>();
  const ends: Promise<void>[] = [];
  let model = await load();
  for (let call = 0; call < calls; call++) {
    const kind = kinds[Math.floor(random() * kinds.length)];
    if (!kind) continue;
    const aborting = random() < 0.3 ? new AbortController() : undefined;
    const asked = kind.ask(model, aborting?.signal).then(
      () => 'answered',
      (error: unknown) => (error instanceof albert.AlbertError ? error.name : String(error)),
    );
    if (aborting) setTimeout(() => aborting.abort('changed my mind'), random() * 40);
    const expected = new Set([kind.refusal ?? 'answered', 'DisposedError', ...(aborting ? ['changed my mind'] : [])]);
    const noted = (async () => {
      const outcome = await asked;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (!expected.has(outcome)) wrong.push(outcome);
    })();
    void noted.finally(() => open.delete(noted));
    open.add(noted);
    if (random() < 0.02) {
      ends.push(model.dispose());
      model = await load();
    }
    if (open.size >= 6) await Promise.race(open);
  }
  await Promise.all(open);
  await Promise.all([...ends, model.dispose()]);
  return { outcomes, wrong };
}
