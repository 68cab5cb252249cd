/** The parsers of this package, for the fuzzer of `@albert-web/testing`. */
import { readConfig } from '@albert-web/core';
import { readFixture, readFixtureJson } from '@albert-web/testing';
import {
  jsonBytes,
  mutateJson,
  mutateProtobuf,
  mutateValue,
  splice,
  type Bytes,
  type FuzzTarget,
  type Mutation,
} from '@albert-web/testing/fuzz';
import { unzipSync, zipSync } from 'fflate';
import { readAdapterConfig } from '../adapter/config.ts';
import { mergeAdapter } from '../adapter/merge.ts';
import { openArchive } from '../archive/open.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { elementBytes, elementCount } from '../dtype.ts';
import { findEncoder } from '../encoder-files.ts';
import { readFlax } from '../flax/read.ts';
import { readKeras } from '../keras/read.ts';
import { loadCheckpoint } from '../load.ts';
import { parseOnnx } from '../onnx/read/graph.ts';
import { readOnnx } from '../onnx/read.ts';
import { readPytorch } from '../pytorch/read.ts';
import { weightReader } from '../reader.ts';
import { quantizeCheckpoint } from '../quantize/quantize.ts';
import { readSentenceModules } from '../sentence/modules.ts';
import { parseSafetensors } from '../safetensors/parse.ts';
import { writeShardedCheckpoint } from '../safetensors/shards.ts';
import { writeSafetensors } from '../safetensors/write.ts';
import { convertTensorflow } from '../tensorflow/convert.ts';
import { readTfjs } from '../tfjs/read.ts';
import { writeTfjs } from '../tfjs/write.ts';
import { repairChecksums, writeBundle } from './bundle.ts';
import { fileRecord, filesInMemory, randomCheckpoint } from './checkpoints.ts';

const sample = (): Checkpoint => randomCheckpoint({ 'albert.w.weight': [6, 32], 'b.half': [5], c: [2, 3], scalar: [] });

const readSafetensors = (bytes: Bytes): void => readAll(parseSafetensors(bytes));

/** Reads every number of every tensor, as a model would. Shapes must match the bytes. */
function readAll(checkpoint: Checkpoint): void {
  const reader = weightReader(checkpoint);
  for (const { name, shape, dtype, bytes } of checkpoint.tensors.values()) {
    if (elementCount(shape) * elementBytes[dtype] !== bytes.length) throw new Error(`"${name}" has a wrong length`);
    reader.float32(name);
  }
}

/** `modules.json` and the files it names, as sentence-transformers writes them. */
const sentenceModules = [
  { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
  { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
  { idx: 2, name: '2', path: '2_Normalize', type: 'sentence_transformers.models.Normalize' },
];
const poolingConfig = { word_embedding_dimension: 8, pooling_mode_cls_token: false, pooling_mode_mean_tokens: true };

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
    structure: mutateProtobuf,
    read: (bytes) => readAll(readOnnx(parseOnnx(bytes, name), { file: name, config: onnxConfig }).checkpoint),
  });
  const adapted = {
    config: await readFixtureJson<Record<string, unknown>>('forms/safetensors-base/config.json'),
    checkpoint: parseSafetensors(await readFixture('forms/safetensors-base/model.safetensors')),
  };
  const adapter = parseSafetensors(await readFixture('forms/adapter-lora/adapter_model.safetensors'));
  const readBundle = (bytes: Bytes): Promise<unknown> =>
    convertTensorflow(filesInMemory({ ...bundle, 'model.ckpt-best.index': bytes, 'albert_config.json': config }));
  return [
    { name: 'safetensors', seed: writeSafetensors(sample()), read: readSafetensors, structure: mutateSafetensors },
    { name: 'safetensors q8', seed: writeSafetensors(quantized), read: readSafetensors, structure: mutateSafetensors },
    {
      name: 'safetensors index',
      seed: sharded[index] ?? new Uint8Array(),
      structure: mutateJson,
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
      structure: mutatePickle,
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
      structure: mutateJson,
      read: async (bytes) => readTfjs(filesInMemory({ ...tfjs, 'model.json': bytes })),
    },
    await onnx('ONNX', 'forms/onnx-sequence_classification/model.onnx'),
    await onnx('ONNX quantized', 'forms/onnx-uint8/onnx/model_uint8.onnx'),
    await onnx('ONNX in blocks', 'forms/onnx-q4/onnx/model_q4.onnx'),
    {
      name: 'config.json',
      seed: await readFixture('models/default-sequence/config.json'),
      structure: mutateJson,
      read: async (bytes) => readConfig(await filesInMemory({ 'config.json': bytes }).readJson('config.json')),
    },
    {
      name: 'modules.json',
      seed: jsonBytes(sentenceModules),
      structure: mutateJson,
      read: async (bytes) =>
        readSentenceModules(
          filesInMemory({ 'modules.json': bytes, '1_Pooling/config.json': jsonBytes(poolingConfig) }),
        ),
    },
    {
      name: 'pooling',
      seed: jsonBytes(poolingConfig),
      structure: mutateJson,
      read: async (bytes) =>
        readSentenceModules(
          filesInMemory({ 'modules.json': jsonBytes(sentenceModules), '1_Pooling/config.json': bytes }),
        ),
    },
    {
      name: 'config_sentence_transformers.json',
      seed: jsonBytes({
        model_type: 'CrossEncoder',
        activation_fn: 'torch.nn.modules.linear.Identity',
        prompts: { query: '' },
        default_prompt_name: 'query',
      }),
      structure: mutateJson,
      read: async (bytes) =>
        findEncoder(filesInMemory({ 'config.json': jsonBytes(scorer), 'config_sentence_transformers.json': bytes })),
    },
    { name: 'zip', seed: await readFixture('forms/tf-hub.zip'), read: (bytes) => openArchive(bytes) },
    {
      name: 'Keras',
      seed: await readFixture('forms/keras-sharded/tf_model-00002-of-00002.h5'),
      read: (bytes) => readAll(readKeras(bytes)),
    },
    {
      name: 'Flax',
      seed: await readFixture('forms/flax-sequence_classification/flax_model.msgpack'),
      read: (bytes) => readAll(readFlax(bytes)),
    },
    {
      name: 'adapter',
      seed: await readFixture('forms/adapter-lora/adapter_config.json'),
      structure: mutateJson,
      read: async (bytes) => {
        const config = await readAdapterConfig(filesInMemory({ 'adapter_config.json': bytes }), {});
        if (config) readAll(mergeAdapter(adapted, config, adapter, 'adapter').checkpoint);
      },
    },
    { name: 'tar', seed: tar('model/config.json', config), read: (bytes) => openArchive(bytes) },
    { name: 'gzip', seed: await gzip(tar('model/config.json', config)), read: (bytes) => openArchive(bytes) },
  ];
}

/** A classifier that sentence-transformers could have written. */
const scorer = { architectures: ['AlbertForSequenceClassification'], transformers_version: '5.2.0' };

/** Mutates the header's JSON and updates its length. The tensors' bytes stay the same. */
const mutateSafetensors: Mutation = (seed, random) => {
  const length = Number(new DataView(seed.buffer).getBigUint64(0, true));
  const header: unknown = JSON.parse(new TextDecoder().decode(seed.subarray(8, 8 + length)));
  const broken = new TextEncoder().encode(JSON.stringify(mutateValue(header, random)));
  const bytes = splice(seed, 8, 8 + length, broken);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(broken.length), true);
  return bytes;
};

/** Pickle operations with their operands, including lengths and memo indices that do not exist. */
const pickleOperations = [
  '(',
  ')',
  '}',
  ']',
  't',
  'u',
  's',
  'e',
  'Q',
  'R',
  'b',
  '0',
  '1',
  '2',
  '.',
  'K\xff',
  'M\xff\xff',
  'J\xff\xff\xff\xff',
  '\x8a\xff',
  'X\xff\xff\xff\x7f',
  'X\0\0\0\0',
  'h\xff',
  'q\0',
  'r\xff\xff\xff\x7f',
  'cos\nsystem\n',
  'ctorch._utils\n_rebuild_tensor_v2\n',
] as const;

/** Inserts one to three operations, or replaces a few bytes with them. */
const mutatePickle: Mutation = (seed, random) => {
  let bytes = seed;
  for (let change = random.integer(1, 4); change > 0; change--) {
    const operation = pickleOperations[random.integer(0, pickleOperations.length)] ?? '';
    const at = random.integer(0, bytes.length);
    const end = Math.min(bytes.length, at + random.integer(0, 4));
    bytes = splice(
      bytes,
      at,
      end,
      Uint8Array.from(operation, (letter) => letter.charCodeAt(0)),
    );
  }
  return bytes;
};

/** Makes a ustar archive of one file. */
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
