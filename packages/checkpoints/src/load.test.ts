import { readFixture } from '@albert-web/testing';
import { describe, expect, it } from 'vitest';
import { keepTensors, type Checkpoint } from './checkpoint.ts';
import { missingFile, modelFiles } from './files/model-files.ts';
import type { ReadOptions } from './files/types.ts';
import { limits } from './limits.ts';
import { loadCheckpoint } from './load.ts';
import type { LoadProgress } from './progress.ts';
import { readPytorch } from './pytorch/read.ts';
import { writeShardedCheckpoint } from './safetensors/shards.ts';
import { writeSafetensors } from './safetensors/write.ts';
import { fileRecord, filesInMemory, randomCheckpoint } from './testing/checkpoints.ts';
import { IntegrityError, MissingFileError, UnsafePathError } from './errors.ts';

const checkpoint = randomCheckpoint({ small: [3], 'wide.half': [50, 33], large: [1000, 16], last: [10, 10] });
const shardedFiles = async () => fileRecord(await writeShardedCheckpoint(checkpoint, { maxBytes: 8192 }));
const text = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));

const secondShard = (files: object): string => Object.keys(files).sort()[1] ?? '';

function indexOf(files: Record<string, Uint8Array>) {
  return JSON.parse(new TextDecoder().decode(files['model.safetensors.index.json'])) as {
    metadata: Record<string, Record<string, unknown>>;
    weight_map: Record<string, string>;
  };
}

const buffersOf = (tensors: Checkpoint['tensors']): Set<ArrayBuffer> =>
  new Set([...tensors.values()].map(({ bytes }) => bytes.buffer));

const bytesIn = (buffers: Iterable<ArrayBuffer>): number =>
  [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0);

describe('loadCheckpoint', () => {
  it('reads a single file, also in a folder of the model', async () => {
    const bytes = writeSafetensors(checkpoint);
    const root = await loadCheckpoint(filesInMemory({ 'model.safetensors': bytes }));
    const folder = await loadCheckpoint(filesInMemory({ '2_Dense/model.safetensors': bytes }), { folder: '2_Dense' });
    for (const [name, tensor] of checkpoint.tensors) {
      expect(root.tensors.get(name)).toEqual(tensor);
      expect(folder.tensors.get(name)).toEqual(tensor);
    }
  });

  it('reads shards, and joins tensors that are split across them', async () => {
    const files = await shardedFiles();
    expect(Object.keys(files).length).toBeGreaterThan(8);
    for (const bytes of Object.values(files)) expect(bytes.length).toBeLessThanOrEqual(8192);
    const { tensors } = await loadCheckpoint(filesInMemory(files));
    expect([...tensors.keys()].sort()).toEqual([...checkpoint.tensors.keys()].sort());
    for (const [name, tensor] of checkpoint.tensors) expect(tensors.get(name)).toEqual(tensor);
  });

  it('passes the metadata of an index to onMetadata before it requests the first shard', async () => {
    const files = filesInMemory(await shardedFiles());
    const asked: string[] = [];
    const watched = {
      ...files,
      readBytes: ((path, options) => (asked.push(path), files.readBytes(path, options))) as typeof files.readBytes,
    };
    const received = await new Promise((resolve) => {
      void loadCheckpoint(watched, { onMetadata: (metadata) => resolve({ metadata, asked: [...asked] }) });
    });
    expect(received).toEqual({ metadata: checkpoint.metadata, asked: [] });
  });

  it('uses a separate buffer for every shard, and for every tensor that is split', async () => {
    const weights = randomCheckpoint({ first: [100, 10], second: [100, 10], split: [300, 10], last: [150, 10] });
    const files = fileRecord(await writeShardedCheckpoint(weights, { maxBytes: 8192 }));
    const { tensors } = await loadCheckpoint(filesInMemory(files));
    expect(tensors).toEqual(weights.tensors);
    const bufferOf = (name: string) => tensors.get(name)?.bytes.buffer;
    expect(bufferOf('first')).not.toBe(bufferOf('last'));
    const split = tensors.get('split')?.bytes;
    expect(split?.buffer.byteLength).toBe(split?.length);
    const held = bytesIn(buffersOf(tensors));
    const needed = [...tensors.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(held).toBeLessThan(1.25 * needed);
  });

  it('keeps some tensors and frees the memory of the others', async () => {
    const loaded = await loadCheckpoint(filesInMemory(await shardedFiles()));
    const before = new Map([...loaded.tensors].map(([name, tensor]) => [name, tensor.bytes.slice()]));
    const buffers = buffersOf(loaded.tensors);
    const { tensors } = keepTensors(loaded, (name) => name !== 'large');
    expect([...tensors.keys()].sort()).toEqual(['last', 'small', 'wide.half']);
    for (const [name, { bytes }] of tensors) expect(bytes).toEqual(before.get(name));
    const wanted = [...tensors.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    const held = buffersOf(tensors);
    expect(bytesIn(held)).toBeLessThanOrEqual(2 * wanted);
    // Node 20 leaves the rest to the garbage collector.
    for (const buffer of held) buffers.delete(buffer);
    expect(buffers.size).toBeGreaterThan(0);
    if ('transfer' in ArrayBuffer.prototype) expect(bytesIn(buffers)).toBe(0);
  });

  it('reads an index of Hugging Face, which states no sizes', async () => {
    const files = await shardedFiles();
    const { weight_map, metadata } = indexOf(files);
    files['model.safetensors.index.json'] = text({ weight_map, metadata: { row_split: metadata['row_split'] } });
    const { tensors } = await loadCheckpoint(filesInMemory(files));
    expect(tensors.get('large')).toEqual(checkpoint.tensors.get('large'));
  });

  it('reads shards of PyTorch, and rejects an index that names a tensor they lack', async () => {
    const shard = await readFixture('weights/pytorch/zip.bin');
    const { tensors } = readPytorch(shard);
    const load = (names: Iterable<string>): Promise<Checkpoint> => {
      const index = text({ weight_map: Object.fromEntries([...names].map((name) => [name, 'zip.bin'])) });
      return loadCheckpoint(filesInMemory({ 'pytorch_model.bin.index.json': index, 'zip.bin': shard }));
    };
    expect((await load(tensors.keys())).tensors).toEqual(tensors);
    await expect(load([...tensors.keys(), 'ghost'])).rejects.toThrow(/ghost/u);
  });

  it.each(['sharded', 'single'])('reports progress that never decreases, up to a constant total (%s)', async (kind) => {
    const files = kind === 'single' ? { 'model.safetensors': writeSafetensors(checkpoint) } : await shardedFiles();
    const reports: LoadProgress[] = [];
    await loadCheckpoint(filesInMemory(files), { onProgress: (report) => reports.push(report) });
    expect(reports.length).toBeGreaterThan(1);
    expect(new Set(reports.map(({ total }) => total)).size).toBe(1);
    reports.reduce((before, { loaded }) => (expect(loaded).toBeGreaterThan(before), loaded), -1);
    expect(reports.at(-1)?.loaded).toBe(reports.at(-1)?.total);
    const fileSizes = reports.map(({ file }) => files[file]?.length);
    expect(reports.map(({ fileTotal }) => fileTotal)).toEqual(fileSizes);
    reports.forEach(({ fileLoaded, fileTotal = 0 }) => expect(fileLoaded).toBeLessThanOrEqual(fileTotal));
    expect(reports.at(-1)?.fileLoaded).toBe(fileSizes.at(-1));
  });

  it('stops at once when the signal is aborted, before and during', async () => {
    const files = filesInMemory(await shardedFiles());
    await expect(loadCheckpoint(files, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    const controller = new AbortController();
    const load = loadCheckpoint(files, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(load).rejects.toThrow('enough');
  });

  it('rejects a shard with a changed bit', async () => {
    const files = await shardedFiles();
    const shard = files[secondShard(files)] ?? new Uint8Array();
    shard[500] = (shard[500] ?? 0) ^ 1;
    await expect(loadCheckpoint(filesInMemory(files))).rejects.toThrow(IntegrityError);
  });

  it.each(['model.safetensors', 'pytorch_model.bin'])(
    'limits each shard, and stops the others when one fails (%s)',
    async (weights) => {
      const asked: ReadOptions[] = [];
      const files = modelFiles({
        location: 'a server that states no sizes',
        size: async () => undefined,
        read: async (path, options) => {
          if (path === `${weights}.index.json`) return text({ weight_map: { first: 'a.bin', second: 'b.bin' } });
          if (path !== 'a.bin' && path !== 'b.bin') throw missingFile(path, 'the server');
          asked.push(options);
          if (path === 'a.bin') throw new Error('a.bin is lost');
          return new Promise(() => undefined);
        },
      });
      await expect(loadCheckpoint(files)).rejects.toThrow('a.bin is lost');
      expect(asked).toHaveLength(2);
      for (const { limit, signal } of asked) expect([limit, signal?.aborted]).toEqual([limits.weights, true]);
    },
  );

  it('rejects an index with a path that leads out of the model', async () => {
    const files = filesInMemory({ 'model.safetensors.index.json': text({ weight_map: { a: '../../secret' } }) });
    await expect(loadCheckpoint(files)).rejects.toThrow(UnsafePathError);
  });

  it('rejects an index that names a tensor its shard lacks', async () => {
    const files = await shardedFiles();
    const index = indexOf(files);
    index.weight_map['ghost'] = secondShard(files);
    files['model.safetensors.index.json'] = text(index);
    await expect(loadCheckpoint(filesInMemory(files))).rejects.toThrow(/ghost/u);
  });

  it('throws a MissingFileError for a folder without a model', async () => {
    await expect(loadCheckpoint(filesInMemory({}))).rejects.toThrow(MissingFileError);
  });
});
