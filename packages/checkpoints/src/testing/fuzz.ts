/**
 * Fuzzing of every parser of this package: a valid file is mutated, and reading it must end soon, with a result or with one
 * of this project's named errors. `npm test` runs a few thousand mutations; `fuzz/run.mjs` runs many and keeps a record.
 */
import { AlbertError } from '@albert-web/errors';
import { readFixture, readFixtureJson, seededRandom, type Random } from '@albert-web/testing';
import { unzipSync, zipSync } from 'fflate';
import { openArchive } from '../archive/open.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { elementBytes, elementCount } from '../dtype.ts';
import { loadCheckpoint } from '../load.ts';
import { parseOnnx } from '../onnx/read/graph.ts';
import { readOnnx } from '../onnx/read.ts';
import { readPytorch } from '../pytorch/read.ts';
import { weightReader } from '../reader.ts';
import { quantizeCheckpoint } from '../quantize/quantize.ts';
import { parseSafetensors } from '../safetensors/parse.ts';
import { writeShardedCheckpoint } from '../safetensors/shards.ts';
import { writeSafetensors } from '../safetensors/write.ts';
import { convertTensorflow } from '../tensorflow/convert.ts';
import { readTfjs } from '../tfjs/read.ts';
import { writeTfjs } from '../tfjs/write.ts';
import { repairChecksums, writeBundle } from './bundle.ts';
import { fileRecord, filesInMemory, randomCheckpoint } from './checkpoints.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A parser and a valid input of it. */
export interface FuzzTarget {
  readonly name: string;
  readonly seed: Bytes;
  /** Reads a possibly broken input to the end. */
  readonly read: (bytes: Bytes) => unknown;
}

/** What became of many mutations of one target. */
export interface FuzzResult {
  readonly target: string;
  readonly runs: number;
  /** Mutations that were still valid. */
  readonly accepted: number;
  /** Named errors by name. */
  readonly refused: Readonly<Record<string, number>>;
  readonly slowestMs: number;
}

const sample = (): Checkpoint => randomCheckpoint({ 'albert.w.weight': [6, 32], 'b.half': [5], c: [2, 3], scalar: [] });

/** Every number of every tensor, as a model would read them; shapes must fit bytes. */
function readAll(checkpoint: Checkpoint): void {
  const reader = weightReader(checkpoint);
  for (const { name, shape, dtype, bytes } of checkpoint.tensors.values()) {
    if (elementCount(shape) * elementBytes[dtype] !== bytes.length) throw new Error(`"${name}" has a wrong length`);
    reader.float32(name);
  }
}

/** All parsers of this package. */
export async function fuzzTargets(): Promise<FuzzTarget[]> {
  const index = 'model.safetensors.index.json';
  const sharded = fileRecord(await writeShardedCheckpoint(sample(), { maxBytes: 700 }));
  const quantized = quantizeCheckpoint(sample(), 'q8').checkpoint;
  const bundle = writeBundle([
    ...randomCheckpoint({ 'bert/pooler/dense/kernel': [2, 3], output_bias: [2] }).tensors.values(),
  ]);
  const bundleIndex = bundle['model.ckpt-best.index'] ?? new Uint8Array();
  const config = new TextEncoder().encode('{"hidden_act":"gelu"}');
  const tfjs = fileRecord(writeTfjs(sample(), { precision: 'uint16' }));
  const zip = await readFixture('weights/pytorch/zip.bin');
  const entries = unzipSync(zip);
  const pickle = Object.keys(entries).find((name) => name.endsWith('data.pkl')) ?? '';
  const onnxConfig = await readFixtureJson<Record<string, unknown>>('forms/onnx-uint8/config.json');
  const onnx = async (name: string, path: string): Promise<FuzzTarget> => ({
    name,
    seed: await readFixture(path),
    read: (bytes) => readAll(readOnnx(parseOnnx(bytes, name), { file: name, config: onnxConfig }).checkpoint),
  });
  const readBundle = (bytes: Bytes): Promise<unknown> =>
    convertTensorflow(filesInMemory({ ...bundle, 'model.ckpt-best.index': bytes, 'albert_config.json': config }));
  return [
    { name: 'safetensors', seed: writeSafetensors(sample()), read: (bytes) => readAll(parseSafetensors(bytes)) },
    { name: 'safetensors q8', seed: writeSafetensors(quantized), read: (bytes) => readAll(parseSafetensors(bytes)) },
    {
      name: 'safetensors index',
      seed: sharded[index] ?? new Uint8Array(),
      read: async (bytes) => readAll(await loadCheckpoint(filesInMemory({ ...sharded, [index]: bytes }))),
    },
    { name: 'PyTorch zip', seed: zip, read: (bytes) => readAll(readPytorch(bytes)) },
    {
      name: 'PyTorch legacy',
      seed: await readFixture('weights/pytorch/legacy.bin'),
      read: (bytes) => readAll(readPytorch(bytes)),
    },
    {
      name: 'pickle',
      seed: Uint8Array.from(entries[pickle] ?? []),
      read: (bytes) => readAll(readPytorch(Uint8Array.from(zipSync({ ...entries, [pickle]: bytes }, { level: 0 })))),
    },
    { name: 'TensorFlow index', seed: bundleIndex, read: readBundle },
    {
      name: 'TensorFlow index with good checksums',
      seed: bundleIndex,
      read: (bytes) => readBundle(repairChecksums(bytes)),
    },
    {
      name: 'tfjs manifest',
      seed: tfjs['model.json'] ?? new Uint8Array(),
      read: async (bytes) => readTfjs(filesInMemory({ ...tfjs, 'model.json': bytes })),
    },
    await onnx('ONNX', 'forms/onnx-sequence_classification/model.onnx'),
    await onnx('ONNX quantized', 'forms/onnx-uint8/onnx/model_uint8.onnx'),
    await onnx('ONNX in blocks', 'forms/onnx-q4/onnx/model_q4.onnx'),
    { name: 'tar', seed: tar('model/config.json', config), read: (bytes) => openArchive(bytes) },
    { name: 'gzip', seed: await gzip(tar('model/config.json', config)), read: (bytes) => openArchive(bytes) },
  ];
}

/** @throws whatever is not a named error of this project: that is what fuzzing looks for. */
export async function fuzz({ name, seed, read }: FuzzTarget, runs: number, randomSeed: number): Promise<FuzzResult> {
  const random = seededRandom(randomSeed);
  const refused: Record<string, number> = {};
  let accepted = 0;
  let slowestMs = 0;
  for (let run = 0; run < runs; run++) {
    const bytes = mutate(seed, random);
    const start = performance.now();
    try {
      await read(bytes);
      accepted++;
    } catch (error) {
      if (!(error instanceof AlbertError))
        throw new Error(`${name}, mutation ${run} of seed ${randomSeed}`, { cause: error });
      refused[error.name] = (refused[error.name] ?? 0) + 1;
    }
    slowestMs = Math.max(slowestMs, performance.now() - start);
  }
  return { target: name, runs, accepted, refused, slowestMs };
}

/** Numbers at which parsers break. */
const interesting = [0, 1, 0x7f, 0x80, 0xff];
const words = [
  '-1',
  '0',
  '9007199254740993',
  '1e999',
  'null',
  '[',
  '{',
  '"',
  '\\u0000',
  '../',
  '[[[[[[[[',
  '__proto__',
];

/** One to four changes: bits, bytes, runs of bytes, cuts, insertions, duplications, telling words. */
function mutate(seed: Bytes, random: Random): Bytes {
  let bytes = seed.slice();
  for (let change = random.integer(1, 5); change > 0; change--) bytes = mutateOnce(bytes, random);
  return bytes;
}

function mutateOnce(bytes: Bytes, random: Random): Bytes {
  const at = random.integer(0, bytes.length + 1);
  const end = Math.min(bytes.length, at + random.integer(1, 17));
  switch (random.integer(0, 8)) {
    case 0:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(0, 8));
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = random.integer(0, 256);
      return bytes;
    case 2:
      bytes.fill(interesting[random.integer(0, interesting.length)] ?? 0, at, end);
      return bytes;
    case 3:
      return bytes.slice(0, at);
    case 4:
      return splice(bytes, at, end, new Uint8Array());
    case 5:
      return splice(bytes, at, at, bytes.slice(at, end));
    case 6: {
      const from = random.integer(0, bytes.length + 1);
      return splice(bytes, at, end, bytes.slice(from, from + end - at));
    }
    default:
      return splice(bytes, at, at, new TextEncoder().encode(words[random.integer(0, words.length)]));
  }
}

function splice(bytes: Bytes, start: number, end: number, insert: Bytes): Bytes {
  const result = new Uint8Array(bytes.length - (end - start) + insert.length);
  result.set(bytes.subarray(0, start));
  result.set(insert, start);
  result.set(bytes.subarray(end), start + insert.length);
  return result;
}

/** A ustar archive of one file. */
function tar(path: string, contents: Bytes): Bytes {
  const archive = new Uint8Array(512 + Math.ceil(contents.length / 512) * 512 + 1024);
  const write = (text: string, offset: number): void => archive.set(new TextEncoder().encode(text), offset);
  write(path, 0);
  write(contents.length.toString(8).padStart(11, '0'), 124);
  write('        ', 148);
  write('0', 156);
  write('ustar\u000000', 257);
  const sum = archive.subarray(0, 512).reduce((sum, byte) => sum + byte, 0);
  write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  archive.set(contents, 512);
  return archive;
}

async function gzip(bytes: Bytes): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
