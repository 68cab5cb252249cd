/** Small files that made a parser use excessive memory. Each is rejected with a named error before the memory is allocated. */
import { zipSync } from 'fflate';
import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import { readPytorch } from './pytorch/read.ts';
import { parseBundleIndex } from './tensorflow/bundle.ts';
import { convertTensorflow } from './tensorflow/convert.ts';
import { block, writeBundle } from './testing/bundle.ts';
import { readTfjs } from './tfjs/read.ts';
import { filesInMemory, randomCheckpoint } from './testing/checkpoints.ts';
import { ConvertError } from './errors.ts';

type Bytes = Uint8Array<ArrayBuffer>;

function varints(...numbers: number[]): Uint8Array {
  const pbf = new PbfWriter();
  for (const number of numbers) pbf.writeVarint(number);
  return pbf.finish();
}

/** Writes a table whose index names its only block of entries `times` times. */
function table(entries: Buffer, times: number): Bytes {
  const handle = varints(0, entries.length - 5);
  const index = block(Array.from({ length: times }, (_, i): [string, Uint8Array] => [`${i}`, handle]));
  const footer = Buffer.alloc(48);
  footer.set([0, 0, ...varints(entries.length, index.length - 5)]);
  footer.writeUInt32LE(0x8b80fb57, 40);
  footer.writeUInt32LE(0xdb477524, 44);
  return Uint8Array.from(Buffer.concat([entries, index, footer]));
}

describe('a TensorFlow index', () => {
  it('of 240 kB cannot name a block of 10,000 entries 10,000 times', () => {
    const entries = block(Array.from({ length: 10_000 }, (_, i) => [`${i}`, new Uint8Array()]));
    expect(() => parseBundleIndex(table(entries, 10_000), 'index')).toThrow(/overlap/u);
  });

  it('of 120 kB cannot hold 20,000 keys of 30 kB each', () => {
    const first = Buffer.concat([varints(0, 30_000, 0), Buffer.alloc(30_000, 'a')]);
    const more = Buffer.from(varints(30_000, 0, 0));
    const content = Buffer.concat([first, ...Array.from({ length: 20_000 }, () => more)]);
    expect(() => parseBundleIndex(table(block([], content), 1), 'index')).toThrow(/keys/u);
  });

  it('cannot state the same data as many variables', async () => {
    const { tensors } = randomCheckpoint({ 'bert/pooler/dense/kernel': [100, 100] });
    const files = writeBundle([...tensors.values()]);
    const one = [...tensors.values()][0];
    const copies = Array.from({ length: 100 }, (_, i) => ({
      ...one,
      name: `bert/encoder/transformer/group_${i}/inner_group_0/ffn_1/intermediate/dense/kernel`,
    }));
    const many = writeBundle(copies as never, 'model.ckpt-best', 0);
    const hostile = filesInMemory({
      ...files,
      'model.ckpt-best.index': many['model.ckpt-best.index'] ?? new Uint8Array(),
      'albert_config.json': new TextEncoder().encode('{}'),
    });
    await expect(convertTensorflow(hostile)).rejects.toThrow(/states 4000000 bytes/u);
  });
});

describe('a TensorFlow.js manifest', () => {
  it('of a few kB cannot name one shard a thousand times', async () => {
    const weights = Array.from({ length: 1000 }, (_, i) => ({ name: `w${i}`, shape: [1024], dtype: 'float32' }));
    const paths = weights.map(() => 'shard.bin');
    const manifest = JSON.stringify({ weightsManifest: [{ paths, weights }] });
    const files = filesInMemory({
      'model.json': new TextEncoder().encode(manifest),
      'shard.bin': new Uint8Array(4096),
    });
    await expect(readTfjs(files)).rejects.toThrow(/names a shard twice/u);
  });
});

const text = (value: string): string => `X${String.fromCharCode(value.length)}\0\0\0${value}`;
const latin1 = (pickle: string): Bytes => Uint8Array.from(pickle, (letter) => letter.charCodeAt(0));
/** A pickled tensor: 100 x 100 numbers of storage 0, column by column. */
const transposed =
  `ctorch._utils\n_rebuild_tensor_v2\n((${text('storage')}ctorch\nFloatStorage\n${text('0')}${text('cpu')}M\x10\x27tQ` +
  `K\0K\x64K\x64\x86K\x01K\x64\x86\x89NtR`;

describe('a PyTorch file', () => {
  const pickle = (tensors: number): Bytes =>
    latin1(`\x80\x02}(${Array.from({ length: tensors }, (_, i) => text(`w${i}`) + transposed).join('')}u.`);

  it('may hold a transposed view', () => {
    const file = zipSync({ 'a/data.pkl': pickle(1), 'a/data/0': new Uint8Array(40_000) }, { level: 0 });
    expect(readPytorch(Uint8Array.from(file)).tensors.get('w0')?.shape).toEqual([100, 100]);
  });

  it('cannot make 100 tensors of the same numbers by transposing them', () => {
    const file = zipSync({ 'a/data.pkl': pickle(100), 'a/data/0': new Uint8Array(40_000) }, { level: 0 });
    expect(() => readPytorch(Uint8Array.from(file))).toThrow(ConvertError);
  });

  it('cannot name the same bytes of its archive as many storages', () => {
    const storages = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`a/data/${i + 1}`, new Uint8Array()]));
    const file = Uint8Array.from(
      zipSync({ 'a/data.pkl': pickle(1), 'a/data/0': new Uint8Array(40_000), ...storages }, { level: 0 }),
    );
    pointAllStoragesTo(file, 'a/data/0');
    expect(() => readPytorch(file)).toThrow(/more bytes than it has/u);
  });
});

/** Gives every entry `a/data/…` of the archive's central directory the location and size of `target`. */
function pointAllStoragesTo(file: Bytes, target: string): void {
  const view = new DataView(file.buffer);
  const records: { readonly at: number; readonly name: string }[] = [];
  let at = view.getUint32(file.length - 22 + 16, true);
  while (view.getUint32(at, true) === 0x02014b50) {
    const length = view.getUint16(at + 28, true);
    records.push({ at, name: new TextDecoder().decode(file.subarray(at + 46, at + 46 + length)) });
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  const from = records.find(({ name }) => name === target)?.at ?? 0;
  for (const { at } of records.filter(({ name }) => name.startsWith('a/data/')))
    for (const field of [20, 24, 42]) view.setUint32(at + field, view.getUint32(from + field, true), true);
}
