/** The parsers of this package, for the fuzzer of `@albert-web/testing`. */
import { messageOf } from '@albert-web/errors';
import { readFixtureJson } from '@albert-web/testing';
import {
  jsonBytes,
  mutateJson,
  mutateProtobuf,
  mutateTable,
  type Bytes,
  type FuzzTarget,
} from '@albert-web/testing/fuzz';
import { PbfWriter } from 'pbf';
import { TokenizerFormatError } from '../errors.ts';
import { toTokenizerJson } from '../json/export.ts';
import { readTokenizer } from '../read.ts';
import { readSpieceModel } from '../spiece/model.ts';
import type { Tokenizer } from '../tokenizer.ts';
import { readSpiece } from './fixtures.ts';

const text = "Hello wörld, 1,000 [MASK] 漢字 ½ ''ok\ud800";

/** Makes a model small enough to damage at every byte: ALBERT's first pieces, and the start of its character map. */
export async function smallSpiece(): Promise<Bytes> {
  const { pieces, normalizer } = readSpieceModel(await readSpiece());
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

/** Reads a tokenizer from files in memory. */
export function readFiles(files: Readonly<Record<string, Bytes>>): Promise<Tokenizer> {
  const textOf = (path: string): string | undefined => files[path] && new TextDecoder().decode(files[path]);
  return readTokenizer({
    readBytes: (path) => Promise.resolve(files[path]),
    readText: (path) => Promise.resolve(textOf(path)),
    readJson: (path) => Promise.resolve(parse(path, textOf(path))),
  });
}

function parse(path: string, json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json);
  } catch (error) {
    throw new TokenizerFormatError({ problem: `${path} is no JSON: ${messageOf(error)}`, remedy: 'Download it again' });
  }
}

/** Reads the files and uses the resulting tokenizer. @throws Error for offsets outside the text */
export async function use(files: Readonly<Record<string, Bytes>>): Promise<void> {
  const tokenizer = await readFiles(files);
  const { ids, offsets } = tokenizer.encode(text, { maxLength: 64, padding: 'max_length' });
  tokenizer.decode(ids);
  const astray = offsets.some(([start, end]) => !(start >= 0 && start <= end && end <= text.length));
  if (astray) throw new Error(`offsets ${JSON.stringify(offsets)}`);
}

const settings = { do_lower_case: true, keep_accents: false, cls_token: { content: '[CLS]' }, pad_token: '<pad>' };
const vocabulary = '[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\n##o\nw\n##or\n,\n1\n漢\n';

/** All parsers of this package. */
export async function fuzzTargets(): Promise<FuzzTarget[]> {
  const spiece = await smallSpiece();
  const json = jsonBytes(toTokenizerJson(spiece));
  const models = await readFixtureJson<{ name: string; model: string }[]>('tokenizer/spiece-models.json');
  const bpe = atob(models.find(({ name }) => name === 'BPE with bytes')?.model ?? '');
  return [
    {
      name: 'spiece.model',
      seed: spiece,
      read: (bytes) => use({ 'spiece.model': bytes }),
      structure: mutateProtobuf,
    },
    {
      name: 'spiece.model, BPE with bytes',
      seed: Uint8Array.from(bpe, (byte) => byte.charCodeAt(0)),
      read: (bytes) => use({ 'spiece.model': bytes }),
      structure: mutateProtobuf,
    },
    {
      name: 'tokenizer.json',
      seed: json,
      read: (bytes) => use({ 'tokenizer.json': bytes, 'tokenizer_config.json': jsonBytes(settings) }),
      structure: mutateJson,
    },
    {
      name: 'tokenizer_config.json',
      seed: jsonBytes(settings),
      read: (bytes) => use({ 'tokenizer.json': json, 'tokenizer_config.json': bytes }),
      structure: mutateJson,
    },
    {
      name: 'special_tokens_map.json',
      seed: jsonBytes({ cls_token: '[CLS]', unk_token: { content: '<unk>', lstrip: false }, mask_token: '[MASK]' }),
      read: (bytes) => use({ 'spiece.model': spiece, 'special_tokens_map.json': bytes }),
      structure: mutateJson,
    },
    {
      name: 'added_tokens.json',
      seed: jsonBytes({ '<new>': 40, wörld: 41 }),
      read: (bytes) => use({ 'spiece.model': spiece, 'added_tokens.json': bytes }),
      structure: mutateJson,
    },
    {
      name: 'vocab.txt',
      seed: new TextEncoder().encode(vocabulary),
      read: (bytes) => use({ 'vocab.txt': bytes }),
      structure: mutateTable(' '),
    },
  ];
}
