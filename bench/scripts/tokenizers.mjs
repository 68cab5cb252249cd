/**
 * Times the tokenization of sentence pairs, for this project and transformers.js, interleaved in one run:
 *
 *   npm run build:packages && node bench/scripts/tokenizers.mjs [--golden FILE] [--rounds N] [--json]
 *
 * FILE has `pairs` of texts `a` and `b`; without it, the fixtures' pairs are used. Both tokenize each pair into one sequence of at most
 * 128 ids, without making tensors. Each round times both once, in alternating order. A ratio is taken in each round, so that a busy
 * machine slows both sides. transformers.js reads the `tokenizer.json` that this project writes from the same spiece.model. This project
 * reads spiece.model and, as a second entry, `tokenizer.json`.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { withSources } from '@albert-web/build-tools';
import { loadTokenizer, toTokenizerJson } from '@albert-web/tokenizer';
import { AlbertTokenizer } from '@huggingface/transformers';

const { median } = await withSources((load) => load('bench/src/measure/statistics.ts'));
const MAX_LENGTH = 128;
const { values } = parseArgs({
  options: {
    golden: { type: 'string' },
    rounds: { type: 'string', default: '15' },
    json: { type: 'boolean', default: false },
  },
});

const fixtures = new URL('../../packages/testing/fixtures/tokenizer/', import.meta.url);
const spiece = new Uint8Array(await readFile(new URL('spiece.model', fixtures)));
const { pairs } = JSON.parse(await readFile(values.golden ?? new URL('slow.json', fixtures), 'utf8'));
const characters = pairs.reduce((sum, { a, b }) => sum + a.length + b.length, 0);

const { tokenizers, loadMs } = await loadAll();
const seconds = measure(Number(values.rounds));
const report = summarize();
if (values.json) console.log(JSON.stringify(report, null, 2));
else console.log(asText(report));

/** Loads the tokenizers, timing each once. Each entry encodes a pair to ids. */
async function loadAll() {
  const json = JSON.parse(JSON.stringify(toTokenizerJson(spiece)));
  const loadMs = {};
  const timed = (name, load) => {
    const started = performance.now();
    const loaded = load();
    loadMs[name] = performance.now() - started;
    return loaded;
  };
  const ours = timed('albert-web, spiece.model', () => loadTokenizer({ 'spiece.model': spiece }));
  const oursFast = timed('albert-web, tokenizer.json', () => loadTokenizer({ 'tokenizer.json': json }));
  const theirs = timed('transformers.js', () => new AlbertTokenizer(json, { tokenizer_class: 'AlbertTokenizer' }));
  const tokenizers = {
    'albert-web, spiece.model': ({ a, b }) => ours.encode([a, b], { maxLength: MAX_LENGTH }).ids,
    'albert-web, tokenizer.json': ({ a, b }) => oursFast.encode([a, b], { maxLength: MAX_LENGTH }).ids,
    'transformers.js': ({ a, b }) =>
      theirs(a, { text_pair: b, truncation: true, max_length: MAX_LENGTH, return_tensor: false }).input_ids,
  };
  return { tokenizers, loadMs };
}

/** Returns the seconds of each entry in each round, after one round to warm up. */
function measure(rounds) {
  const names = Object.keys(tokenizers);
  const seconds = Object.fromEntries(names.map((name) => [name, []]));
  // About a tenth of a second for the fastest, so that the clock's resolution and a single garbage collection do not matter.
  const repeats = Math.max(1, Math.round(2000 / pairs.length));
  for (let round = -1; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const started = performance.now();
      for (let repeat = 0; repeat < repeats; repeat++) for (const pair of pairs) tokenizers[name](pair);
      if (round >= 0) seconds[name].push((performance.now() - started) / 1000 / repeats);
    }
  }
  return seconds;
}

function summarize() {
  const reference = seconds['transformers.js'];
  const entries = Object.entries(tokenizers).map(([name, encode]) => {
    const ratios = seconds[name].map((time, round) => reference[round] / time);
    return {
      name,
      loadMs: loadMs[name],
      pairsPerSecond: pairs.length / median(seconds[name]),
      charactersPerSecond: characters / median(seconds[name]),
      timesTransformersJs: { median: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) },
      sameIdsAsTransformersJs: pairs.filter((pair) => `${encode(pair)}` === `${tokenizers['transformers.js'](pair)}`)
        .length,
    };
  });
  return {
    pairs: pairs.length,
    characters,
    maxLength: MAX_LENGTH,
    rounds: reference.length,
    node: process.version,
    entries,
  };
}

function asText({ entries, ...run }) {
  const lines = entries.map(
    ({ name, loadMs, pairsPerSecond, charactersPerSecond, timesTransformersJs: times, sameIdsAsTransformersJs }) =>
      `${name.padEnd(28)} ${pairsPerSecond.toFixed(0).padStart(7)} pairs/s ${(charactersPerSecond / 1e6).toFixed(2)} M characters/s, ` +
      `${times.median.toFixed(2)} times transformers.js (${times.lowest.toFixed(2)} to ${times.highest.toFixed(2)}), ` +
      `load ${loadMs.toFixed(0)} ms, same ids on ${sameIdsAsTransformersJs} of ${run.pairs}`,
  );
  return `${run.pairs} pairs, ${run.characters} characters, ${run.rounds} rounds, Node ${run.node}\n${lines.join('\n')}`;
}
