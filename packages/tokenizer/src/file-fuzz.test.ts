import { AlbertError, messageOf } from '@albert-web/errors';
import { type Random, seededRandom } from '@albert-web/testing';
import { PbfWriter } from 'pbf';
import { expect, test } from 'vitest';
import { toTokenizerJson } from './json-export.ts';
import { loadTokenizer } from './load.ts';
import { readSpieceModel } from './spiece-model.ts';
import { readSpiece } from './testing/fixtures.ts';
import type { TokenizerFiles } from './tokenizer.ts';

/**
 * Damaged files: always a named error or a tokenizer that works; never a crash, a hang or another kind of error.
 * A longer run: `FUZZ_RUNS=100000 npx vitest run --project node packages/tokenizer/src/file-fuzz.test.ts`.
 */
const runs = Number(process.env['FUZZ_RUNS'] ?? 1000);
const TEXT = "Hello wörld, 1,000 [MASK] 漢字 ½ ''ok\ud800";

/** A model small enough to be damaged everywhere: ALBERT's first pieces, and the beginning of its character map. */
const small = smallModel(readSpieceModel(await readSpiece()));

function smallModel({ pieces, normalizer }: ReturnType<typeof readSpieceModel>): Uint8Array<ArrayBuffer> {
  const writer = new PbfWriter();
  for (let id = 0; id < 40; id++) {
    writer.writeMessage(
      1,
      ({ texts, scores, types }, message) => {
        message.writeStringField(1, texts[id] ?? '');
        message.writeFloatField(2, scores[id] ?? 0);
        message.writeVarintField(3, types[id] ?? 0);
      },
      pieces,
    );
  }
  const charsmap = new Uint8Array(4 + 1024 + 64);
  charsmap.set(normalizer.precompiledCharsmap.subarray(0, 4 + 1024));
  new DataView(charsmap.buffer).setUint32(0, 1024, true);
  writer.writeMessage(3, (bytes, message) => message.writeBytesField(2, bytes), charsmap);
  return new Uint8Array(writer.finish());
}

/** Loads and uses the files; returns what is wrong with how that went, if anything. */
function fault(files: TokenizerFiles): string | undefined {
  try {
    const tokenizer = loadTokenizer(files);
    const { ids, offsets } = tokenizer.encode(TEXT, { maxLength: 64, padding: 'max_length' });
    tokenizer.decode(ids);
    const astray = offsets.some(([start, end]) => !(start >= 0 && start <= end && end <= TEXT.length));
    return astray ? `offsets ${JSON.stringify(offsets)}` : undefined;
  } catch (error) {
    return error instanceof AlbertError ? undefined : messageOf(error);
  }
}

function damage(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  const at = random.integer(0, copy.length);
  switch (random.integer(0, 5)) {
    case 0:
      return copy.subarray(0, at);
    case 1:
      // The largest varint: lengths beyond the file, ids and types that do not exist.
      return copy.fill(0xff, at, at + random.integer(1, 12));
    case 2:
      return new Uint8Array([...copy.subarray(0, at), ...copy.subarray(random.integer(0, copy.length))]);
    case 3:
      return copy.fill(random.integer(0, 256), at, at + 1);
    default:
      for (let i = random.integer(1, 8); i > 0; i--) copy[random.integer(0, copy.length)] = random.integer(0, 256);
      return copy;
  }
}

/** JSON values that a reader may stumble over. */
const ODD_VALUES = [
  null,
  true,
  -1,
  0.5,
  2 ** 53,
  1e308,
  '',
  '\ud800',
  'x'.repeat(1000),
  [],
  {},
  [[]],
  { type: 'Sequence' },
];

function damageJson(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.uniform() < 0.05)
    return ODD_VALUES[random.integer(0, ODD_VALUES.length)];
  const copy: unknown[] | Record<string, unknown> = Array.isArray(value) ? [...(value as unknown[])] : { ...value };
  const keys = Object.keys(copy);
  const key = keys[random.integer(0, keys.length)];
  if (key === undefined) return copy;
  if (random.uniform() < 0.1) {
    if (Array.isArray(copy)) copy.splice(Number(key), 1);
    else Reflect.deleteProperty(copy, key);
  } else Reflect.set(copy, key, damageJson(Reflect.get(copy, key), random));
  return copy;
}

test('the undamaged small model works', () => {
  expect(loadTokenizer({ 'spiece.model': small }).encode('the of').ids).toEqual([2, 14, 16, 3]);
});

test('spiece.model cut short at any byte', () => {
  for (let length = 0; length < small.length; length++) {
    expect(fault({ 'spiece.model': small.subarray(0, length) }), `${length} bytes`).toBeUndefined();
  }
});

test(`spiece.model damaged in ${runs} ways`, () => {
  const random = seededRandom(20);
  for (let run = 0; run < runs; run++)
    expect(fault({ 'spiece.model': damage(small, random) }), `run ${run}`).toBeUndefined();
});

test(`tokenizer.json and tokenizer_config.json damaged in ${runs} ways`, () => {
  const random = seededRandom(21);
  const json: unknown = toTokenizerJson(small);
  const config: unknown = {
    do_lower_case: true,
    keep_accents: false,
    cls_token: { content: '[CLS]' },
    pad_token: '<pad>',
  };
  for (let run = 0; run < runs; run++) {
    const files = { 'tokenizer.json': damageJson(json, random), 'tokenizer_config.json': damageJson(config, random) };
    expect(fault(run % 2 === 0 ? { ...files, 'tokenizer_config.json': config } : files), `run ${run}`).toBeUndefined();
  }
});

test(`vocab.txt damaged in ${runs} ways`, () => {
  const random = seededRandom(22);
  const vocab = new TextEncoder().encode('[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\n##o\nw\n##or\n,\n1\n漢\n');
  for (let run = 0; run < runs; run++) {
    const text = new TextDecoder().decode(damage(vocab, random));
    expect(fault({ 'vocab.txt': text }), `run ${run}`).toBeUndefined();
  }
});

test('JSON nested 100,000 deep', () => {
  let nested: object = {};
  for (let i = 0; i < 100_000; i++) nested = { type: 'Sequence', normalizers: [nested] };
  expect(fault({ 'tokenizer.json': { ...toTokenizerJson(small), normalizer: nested } })).toBeUndefined();
});
