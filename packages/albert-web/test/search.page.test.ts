/** Semantic search and paraphrase mining with the built script: the models run in workers of a real page. */
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { isolationHeaders, type StaticServer } from '@albert-web/browser/static-server';
import { servePage } from './pages.ts';

const sentences = [
  'How do I reset my password?',
  'Where is my parcel?',
  'Do you ship to Norway?',
  'How can I reset my password?',
  'Is there a student discount?',
];

let browser: Browser;
let server: StaticServer;

beforeAll(async () => {
  server = await servePage('<script src="/albert/albert.js"></script>', isolationHeaders);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

it('searches, saves and mines in workers, with the cosines of the vectors', async () => {
  const page = await browser.newPage();
  await page.goto(server.url);
  const found = await page.evaluate(async (sentences) => {
    const { albert } = window;
    if (!albert) throw new Error('The script did not run');
    const { load, paraphraseMining } = albert;
    const options = { backend: 'wasm', probeTimeout: 60_000 } as const;
    const encoder = await load('/albert/weights/sentence/', options);
    const query = 'I forgot my password';
    const index = encoder.createIndex({ precision: 'q8' });
    await index.add(sentences);
    const hits = await index.search(query, sentences.length);
    const restored = encoder.createIndex({ precision: 'q8' });
    await restored.restore(await index.save());
    await index.remove([hits[0]?.id ?? -1]);
    const judge = await load('/albert/weights/default/', options);
    const stages = new Set<string>();
    const { clusters } = await paraphraseMining(sentences, {
      encoder,
      judge,
      onProgress: ({ stage }) => stages.add(stage),
    });
    const results = {
      hits,
      restored: await restored.search(query, sentences.length),
      removed: await index.search(query, sentences.length),
      vectors: (await encoder.embed([query, ...sentences])).map((vector) => Array.from(vector)),
      clusters,
      stages: [...stages],
    };
    await Promise.all([encoder.dispose(), judge.dispose()]);
    return results;
  }, sentences);

  const [query = [], ...vectors] = found.vectors;
  const product = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
  const cosines = vectors.map((v) => product(query, v) / Math.sqrt(product(query, query) * product(v, v)));
  expect(found.hits).toHaveLength(sentences.length);
  for (const { id, score, text } of found.hits) {
    expect(Math.abs(score - (cosines[id] ?? NaN))).toBeLessThan(0.01);
    expect(text).toBe(sentences[id]);
  }
  expect(found.restored).toEqual(found.hits);
  expect(found.removed).toEqual(found.hits.slice(1));
  expect(found.clusters).toEqual([[0, 3]]);
  expect(found.stages).toEqual(['embedding', 'judging']);
  await page.close();
}, 120_000);
