/**
 * Times the mining of paraphrases in a page: node bench/scripts/mining.mjs [SENTENCES] [FILE].
 *
 * The built script's default models in headless Chromium, `weights/sentence` proposes and `weights/default` judges. FILE has a
 * sentence a line; without it sentences are put together from parts, so that each has many near neighbors: more than a list from
 * life, and therefore slower to judge.
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

/** Numbers of three digits, one word for each: 1,000 × 9 sentences, none twice. */
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

/** Runs in the page. @returns seconds of each stage, what embedding takes in f32 on one thread, and how much was found. */
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
