/**
 * Times paraphrase mining in a page: node bench/scripts/mining.mjs [SENTENCES] [FILE].
 *
 * It runs the built script in headless Chromium: `weights/sentence` proposes pairs, and `weights/default` judges them. FILE has one
 * sentence per line. Without it, sentences are combined from parts, so that each has many near neighbors: more than in a real list, which
 * makes judging slower.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { launchChromium } from '@albert-web/browser/launch-chromium';
import { isolationHeaders, startStaticServer } from '@albert-web/browser/static-server';

const root = path.join(import.meta.dirname, '../..');
const count = Number(process.argv[2] ?? 5000);
const sentences = process.argv[3] ? readSentences(process.argv[3]) : makeSentences();

function readSentences(file) {
  return readFileSync(file, 'utf8').split('\n').filter(Boolean).slice(0, count);
}

/** Makes up to 9,000 different sentences: three digits of a number choose three parts, and the thousands choose the fourth. */
function makeSentences() {
  const who = [
    'a nurse',
    'the mayor',
    'his uncle',
    'my teacher',
    'the pilot',
    'a farmer',
    'her boss',
    'the cook',
    'a child',
    'our guide',
  ];
  const does = [
    'sold a boat',
    'lost the keys',
    'wrote a letter',
    'fixed the roof',
    'missed a train',
    'bought some bread',
    'saw a bear',
    'broke a window',
    'sang a song',
    'won the prize',
  ];
  const where = [
    'in Oslo',
    'by the lake',
    'at the market',
    'near the school',
    'behind the house',
    'on the ferry',
    'in the woods',
    'at the airport',
    'under the bridge',
    'on the hill',
  ];
  const when = [
    'yesterday',
    'last winter',
    'on Sunday',
    'before lunch',
    'at midnight',
    'in the rain',
    'two years ago',
    'this morning',
    'after work',
  ];
  const digit = (number, place) => Math.floor(number / 10 ** place) % 10;
  return Array.from({ length: Math.min(count, 9000) }, (_, i) => {
    const n = (i * 377) % 1000;
    return `${who[digit(n, 0)]} ${does[digit(n, 1)]} ${where[digit(n, 2)]} ${when[Math.floor(i / 1000)]}.`;
  });
}

/** Runs in the page. @returns seconds for each stage and for embedding in f32 on one thread, and how many pairs were found. */
async function mine(sentences) {
  const options = { backend: 'wasm' };
  const slow = await globalThis.albert.load('/albert/weights/sentence/', { ...options, precision: 'f32', threads: 1 });
  const before = performance.now();
  await slow.embed(sentences);
  const embeddingF32OneThread = (performance.now() - before) / 1000;
  await slow.dispose();
  const [encoder, judge] = await Promise.all([
    globalThis.albert.load('/albert/weights/sentence/', options),
    globalThis.albert.load('/albert/weights/default/', options),
  ]);
  const started = performance.now();
  let embedded = started;
  let proposed = 0;
  const { pairs, clusters } = await globalThis.albert.paraphraseMining(sentences, {
    encoder,
    judge,
    onProgress: ({ stage, total }) => {
      if (stage === 'embedding') embedded = performance.now();
      else proposed = total;
    },
  });
  const ended = performance.now();
  const { threads, precision } = await encoder.info();
  return {
    threads,
    precision,
    embedding: (embedded - started) / 1000,
    embeddingF32OneThread,
    judging: (ended - embedded) / 1000,
    proposed,
    pairs: pairs.length,
    clusters: clusters.length,
  };
}

const server = await startStaticServer({
  mounts: {
    '/albert/': path.join(root, 'packages/albert-web/dist'),
    '/albert/weights/': path.join(root, 'weights'),
  },
  pages: { '/': '<!doctype html><title>Mining</title><script src="/albert/albert.js"></script>' },
  headers: isolationHeaders,
});
const browser = await launchChromium();
try {
  const page = await browser.newPage();
  await page.goto(server.url);
  const result = await page.evaluate(mine, sentences);
  console.log(JSON.stringify({ sentences: sentences.length, cpu: cpus()[0]?.model, ...result }, undefined, 2));
} finally {
  await browser.close();
  await server.close();
}
