/** Lifecycles of models in a page: aborted, disposed and loaded at awkward moments; with the files of other heads. */
import path from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scriptMounts } from './pages.ts';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { startStaticServer, type StaticServer } from '@albert-web/browser/static-server';

const fixtures = path.join(import.meta.dirname, '../../testing/fixtures');

let browser: Browser;
let server: StaticServer;
let page: Page;

beforeAll(async () => {
  server = await startStaticServer({
    mounts: { ...scriptMounts, '/fixtures/': fixtures },
    pages: { '/': '<!doctype html><html lang="en"><title>A page</title><script src="/albert/albert.js"></script>' },
  });
  browser = await launchChromium();
  page = await browser.newPage();
  await page.goto(server.url);
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

it.each([true, false])('aborts every task at once, and runs the next call; worker: %s', async (worker) => {
  const outcomes = await page.evaluate(async (worker) => {
    const { albert } = window;
    if (!albert) throw new Error('window.albert is missing');
    const { load } = albert;
    type Model = Awaited<ReturnType<typeof load>>;
    type Options = { readonly signal?: AbortSignal };
    const tasks: readonly (readonly [model: string, ask: (model: Model, options?: Options) => Promise<unknown>])[] = [
      ['default-sequence', (model, options) => model.paraphrase('w9', 'w10', options)],
      ['default-sequence', (model, options) => model.paraphrases([['w9', 'w10']], options)],
      ['default-sequence', (model, options) => model.explain('w9 w11', 'w10', options)],
      ['default-sequence', (model, options) => model.classify(['w9'], options)],
      ['default-token', (model, options) => model.tag(['w9'], options)],
      ['default-base', (model, options) => model.embed(['w9'], options)],
      ['default-base', (model, options) => model.embedTokens(['w9'], options)],
      ['default-mlm', (model, options) => model.fillMask('w9 [MASK]', options)],
      ['default-mlm', (model, options) => model.fillMask(['w9 [MASK]', '[MASK]'], options)],
      ['default-qa', (model, options) => model.answer('w9', 'w10 w11', options)],
      ['default-qa', (model, options) => model.answer(['w9', 'w10'], ['w10 w11', 'w12'], options)],
      ['default-choice', (model, options) => model.choose('w9', ['w10', 'w11'], options)],
      ['default-pretraining', (model, options) => model.sentenceOrder('w9', 'w10', options)],
    ];
    const read = async (path: string): Promise<Blob> => (await fetch(`/fixtures/${path}`)).blob();
    const golden = JSON.parse(await (await read('pipelines/golden.json')).text()) as { vocabulary: string };
    const filesOf = async (name: string): Promise<File[]> => [
      new File([golden.vocabulary], 'vocab.txt'),
      new File([await read(`models/${name}/config.json`)], 'config.json'),
      new File([await read(`models/${name}/model.safetensors`)], 'model.safetensors'),
    ];
    const said: unknown[] = [];
    for (const [name, ask] of tasks) {
      const model = await load(await filesOf(name), { backend: 'cpu', worker });
      const before = AbortSignal.abort('before');
      said.push(await ask(model, { signal: before }).catch((reason: unknown) => reason));
      const aborting = new AbortController();
      const asked = ask(model, { signal: aborting.signal });
      aborting.abort('during');
      said.push(await asked.catch((reason: unknown) => reason));
      said.push(await ask(model).then(() => 'answered'));
      await model.dispose();
    }
    return { said, tasks: tasks.length };
  }, worker);
  const each = ['before', 'during', 'answered'];
  expect(outcomes.said).toEqual(Array.from({ length: outcomes.tasks }, () => each).flat());
});

it.each([true, false])('aborts a load at once and leaves nothing behind; worker: %s', async (worker) => {
  const reasons = await page.evaluate(async (worker) => {
    const reasons: unknown[] = [];
    for (const milliseconds of [0, 20, 100]) {
      const aborting = new AbortController();
      const loading = window.albert?.load(undefined, { signal: aborting.signal, worker });
      setTimeout(() => aborting.abort(milliseconds), milliseconds);
      reasons.push(
        await loading?.then(
          (model) => model.dispose().then(() => milliseconds),
          (reason: unknown) => reason,
        ),
      );
    }
    return reasons;
  }, worker);
  expect(reasons).toEqual([0, 20, 100]);
  await expect.poll(() => page.workers().length).toBe(0);
});

it('when disposed, finishes the running call, rejects waiting calls, and can be loaded again', async () => {
  const outcomes = await page.evaluate(async () => {
    const { albert } = window;
    if (!albert) throw new Error('window.albert is missing');
    const nameOf = (error: Error): string => error.name;
    const model = await albert.load();
    const running = model.paraphrases([['He left.', 'He went away.']]).then(() => 'answered', nameOf);
    const waiting = model.paraphrases([['He left.', 'He stayed.']]).then(() => 'answered', nameOf);
    await Promise.all([model.dispose(), model.dispose()]);
    await model.dispose();
    const after = await Promise.all([
      model.paraphrase('one', 'two').catch(nameOf),
      model.info().catch(nameOf),
      model.tokenizer.encode('one').catch(nameOf),
    ]);
    const next = await albert.load();
    const { probability } = await next.paraphrase('He left.', 'He went away.');
    await next.dispose();
    return { calls: [await running, await waiting], after, next: probability > 0 };
  });
  for (const outcome of outcomes.calls) expect(['answered', 'DisposedError']).toContain(outcome);
  expect(outcomes.after).toEqual(['DisposedError', 'DisposedError', 'DisposedError']);
  expect(outcomes.next).toBe(true);
  await expect.poll(() => page.workers().length).toBe(0);
});

it('returns the same for many inputs at once as one by one, in order', async () => {
  const { together, alone } = await page.evaluate(async () => {
    const { albert } = window;
    if (!albert) throw new Error('window.albert is missing');
    const read = async (path: string): Promise<Blob> => (await fetch(`/fixtures/${path}`)).blob();
    const golden = JSON.parse(await (await read('pipelines/golden.json')).text()) as { vocabulary: string };
    const loadFixture = async (name: string) =>
      albert.load(
        [
          new File([golden.vocabulary], 'vocab.txt'),
          new File([await read(`models/${name}/config.json`)], 'config.json'),
          new File([await read(`models/${name}/model.safetensors`)], 'model.safetensors'),
        ],
        { backend: 'cpu' },
      );
    const masked = ['w9 [MASK] w11', '[MASK]'];
    const masks = await loadFixture('default-mlm');
    const filled = await masks.fillMask(masked, { topK: 1 });
    const filledAlone = await Promise.all(masked.map((text) => masks.fillMask(text, { topK: 1 })));
    await masks.dispose();
    const questions = await loadFixture('default-qa');
    const asked = [
      ['w9', 'w10 w11'],
      ['w12 w13', 'w14'],
    ] as const;
    const answered = await questions.answer(
      asked.map(([question]) => question),
      asked.map(([, passage]) => passage),
    );
    const answeredAlone = await Promise.all(asked.map(([question, passage]) => questions.answer(question, passage)));
    await questions.dispose();
    const words = (fills: typeof filled) => fills.map(([first]) => first?.map(({ sequence }) => sequence));
    const texts = (answers: typeof answered) => answers.map(([best]) => best?.answer);
    return {
      together: [words(filled), texts(answered)],
      alone: [words(filledAlone), texts(answeredAlone)],
    };
  });
  expect(together).toEqual(alone);
});

it('tells which models are cached, and removes them', async () => {
  await using context = await browser.newContext();
  const fresh = await context.newPage();
  await fresh.goto(server.url);
  const kept = await fresh.evaluate(async () => {
    const { albert } = window;
    if (!albert) throw new Error('window.albert is missing');
    const model = '/albert/weights/default/';
    const before = await albert.isCached();
    const loaded = await albert.load();
    const after = [await albert.isCached(), await albert.isCached(model), await albert.isCached('/elsewhere/')];
    await albert.clearCache('/elsewhere/');
    const other = await albert.isCached();
    await albert.clearCache(model);
    const cleared = await albert.isCached();
    await loaded.dispose();
    await albert.clearCache();
    return { before, after, other, cleared };
  });
  expect(kept).toEqual({ before: false, after: [true, true, false], other: true, cleared: false });
});

it('compares vectors in the page', async () => {
  const compared = await page.evaluate(() => {
    const { cosine, quantizeEmbedding } = window.albert ?? {};
    const vector = Float32Array.of(1, -1, 1, -1, 1, -1, 1, -1);
    return [cosine?.(vector, vector), Array.from(quantizeEmbedding?.(vector, 'ubinary') ?? [])];
  });
  expect(compared).toEqual([1, [0b10101010]]);
});

it('info says which model runs, where, and why', async () => {
  const info = await page.evaluate(async () => {
    const model = await window.albert?.load();
    const info = await model?.info();
    await model?.dispose();
    return info;
  });
  expect(info).toMatchObject({ backend: 'wasm', precision: 'q8', threads: 1, head: 'sequence_classification' });
  // The word embeddings (30,000 tokens of 128 int8) in addition to the encoder.
  expect(info?.memoryBytes).toBeGreaterThan(30_000 * 128 + (1 << 20));
  expect(info?.rejected.map(({ backend }) => backend)).toEqual(['webgpu', 'webgl']);
  for (const { why } of info?.rejected ?? []) expect(why).not.toBe('');
});

it.each([true, false])('passes warnings of later calls to the page; worker: %s', async (worker) => {
  const warnings = await page.evaluate(async (worker) => {
    const read = async (path: string): Promise<Blob> => (await fetch(`/fixtures/${path}`)).blob();
    const golden = JSON.parse(await (await read('pipelines/golden.json')).text()) as { vocabulary: string };
    const files = [
      new File([golden.vocabulary], 'vocab.txt'),
      new File([await read('models/default-sequence/config.json')], 'config.json'),
      new File([await read('models/default-sequence/model.safetensors')], 'model.safetensors'),
    ];
    const warnings: string[] = [];
    const onWarning = ({ name }: Error): number => warnings.push(name);
    const model = await window.albert?.load(files, { backend: 'cpu', worker, onWarning });
    const before = [...warnings];
    await model?.paraphrase('w9', 'w10');
    await model?.paraphrase('w9', 'w11');
    await model?.dispose();
    return { before, after: warnings };
  }, worker);
  // The classes of this model are LABEL_0 and LABEL_1.
  expect(warnings).toEqual({ before: [], after: ['UnnamedClassesWarning'] });
});

it('warns the page if the cache is full, and loads anyway', async () => {
  await using context = await browser.newContext();
  const tight = await context.newPage();
  await tight.goto(server.url);
  const session = await context.newCDPSession(tight);
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(server.url).origin, quotaSize: 1024 });
  const warnings = await tight.evaluate(async () => {
    const warnings: string[] = [];
    const model = await window.albert?.load(undefined, { onWarning: ({ name }) => warnings.push(name) });
    await model?.paraphrase('He left.', 'He went away.');
    await model?.dispose();
    return warnings;
  });
  expect(warnings).toEqual(['CacheWarning']);
});
