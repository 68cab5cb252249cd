/** Large files without their bytes: only their sizes are stated, or reported as if so many bytes had arrived. */
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixtureUrl, readFixture } from '@albert-web/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxContents } from './archive/gunzip.ts';
import { FileTooLargeError, SafetensorsError } from './errors.ts';
import { modelFiles } from './files/model-files.ts';
import { openModel } from './files/open.ts';
import { optionalFiles } from './files/optional.ts';
import type { ModelFiles } from './files/types.ts';
import { importModel } from './import.ts';
import { limits } from './limits.ts';
import { loadCheckpoint } from './load.ts';
import { parseSafetensors } from './safetensors/parse.ts';
import { writeShardedCheckpoint } from './safetensors/shards.ts';
import { fileRecord, filesInMemory } from './testing/checkpoints.ts';
import { serve } from './testing/server.ts';
import { writeTfjs } from './tfjs/write.ts';

const utf8 = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));
const twoShards = { weight_map: { first: 'a.safetensors', second: 'b.safetensors' } };

/** The same files. The size of weights is not known before they are read, and then `bytes` bytes are reported. */
function reporting(files: ModelFiles, bytes: number): ModelFiles {
  return modelFiles({
    location: files.location,
    list: async () => (await files.list?.()) ?? [],
    size: async (path) => ((await files.has(path)) ? undefined : files.size(path)),
    read: async (path, options) => {
      if (!/\.json$|\.index$|vocab|spiece/u.test(path)) options.onBytes?.(bytes, undefined);
      return files.readBytes(path, { signal: options.signal });
    },
  });
}

describe('one file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'albert-limits-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** A sparse file, which takes no space on the disk. */
  async function writeSparse(name: string, size: number): Promise<void> {
    const file = await open(join(folder, name), 'w');
    await file.truncate(size);
    await file.close();
  }

  it.each(['model.safetensors', 'pytorch_model.bin'])('on a disk is rejected before it is read (%s)', async (name) => {
    await writeSparse(name, limits.weights + 1);
    const loading = loadCheckpoint(await openModel(folder));
    await expect(loading).rejects.toThrow(FileTooLargeError);
    await expect(loading).rejects.toThrow(`${name} has ${limits.weights + 1} bytes`);
    await rm(join(folder, name));
  });

  it('on a server is rejected by its Content-Length, and the transfer is cancelled', async () => {
    let ended: Promise<unknown> = Promise.reject(new Error('no request yet'));
    ended.catch(() => undefined);
    await using server = await serve(({ url }, response) => {
      if (url !== '/model/model.safetensors') return void response.writeHead(404).end();
      response.writeHead(200, { 'content-length': limits.weights + 1 }).write('start');
      ended = once(response, 'close');
    });
    const loading = loadCheckpoint(await openModel(`${server.url}/model`, { cache: false }));
    await expect(loading).rejects.toThrow(FileTooLargeError);
    await ended;
  });

  it('always has a limit', async () => {
    const asked: (number | undefined)[] = [];
    const files = modelFiles({
      location: 'memory',
      size: () => Promise.resolve(undefined),
      read: (_, { limit }) => {
        asked.push(limit);
        return Promise.resolve(utf8({}));
      },
    });
    await files.readBytes('onnx/model.onnx');
    await files.readBytes('tf_model.h5', { limit: undefined });
    await files.readJson('config.json');
    await optionalFiles(files).readBytes('spiece.model');
    expect(asked).toEqual([limits.weights, limits.weights, limits.text, limits.text]);
  });
});

describe('several files', () => {
  it('are rejected by the sizes in an index', async () => {
    const identity = { size: limits.weights / 2 + 1, sha256: '0'.repeat(64) };
    const metadata = { shards: { 'a.safetensors': identity, 'b.safetensors': identity } };
    const files = filesInMemory({ 'model.safetensors.index.json': utf8({ metadata, ...twoShards }) });
    const loading = loadCheckpoint(files);
    await expect(loading).rejects.toThrow(FileTooLargeError);
    await expect(loading).rejects.toThrow(/index\.json with its shards has 4294967298 bytes or more/u);
  });

  it('may have as many bytes together as one file', async () => {
    const shard = new Uint8Array(8);
    const files = filesInMemory({
      'model.safetensors.index.json': utf8(twoShards),
      'a.safetensors': shard,
      'b.safetensors': shard,
    });
    // The shards are damaged, but not too large.
    await expect(loadCheckpoint(reporting(files, limits.weights / 2))).rejects.toThrow(SafetensorsError);
    await expect(loadCheckpoint(reporting(files, limits.weights / 2 + 1))).rejects.toThrow(FileTooLargeError);
  });

  it.each([
    ['safetensors', 'model.safetensors.index.json with its shards'],
    ['TensorFlow.js', 'model.json with its shards'],
    ['bin-sharded', 'pytorch_model.bin.index.json with its shards'],
    ['keras-sharded', 'tf_model.h5.index.json with its shards'],
    ['flax-sharded', 'flax_model.msgpack.index.json with its shards'],
  ])('are counted together as they arrive (%s)', async (form, whole) => {
    const files = await modelIn(form);
    await expect(importModel(reporting(files, 1000))).resolves.toBeDefined();
    const loading = importModel(reporting(files, limits.weights / 2 + 1));
    await expect(loading).rejects.toThrow(FileTooLargeError);
    await expect(loading).rejects.toThrow(`${whole} has ${limits.weights + 2} bytes or more`);
  });

  it.each([
    ['tf-sequence_classification', 'model.ckpt-1000.index with its data'],
    ['onnx-external', 'onnx/model.onnx with its data'],
  ])('are counted together, read one after the other (%s)', async (form, whole) => {
    const files = await openModel(fixtureUrl(`forms/${form}`));
    await expect(importModel(reporting(files, 1000))).resolves.toBeDefined();
    const loading = importModel(reporting(files, limits.weights));
    await expect(loading).rejects.toThrow(FileTooLargeError);
    await expect(loading).rejects.toThrow(new RegExp(`^${whole} has 4294\\d{6} bytes or more`, 'u'));
  });

  async function modelIn(form: string): Promise<ModelFiles> {
    if (form.includes('-')) return openModel(fixtureUrl(`forms/${form}`));
    const model = parseSafetensors(await readFixture('models/default-base/model.safetensors'));
    const maxBytes = 20_000;
    const written =
      form === 'safetensors' ? await writeShardedCheckpoint(model, { maxBytes }) : writeTfjs(model, { maxBytes });
    return filesInMemory({
      ...fileRecord(written),
      'config.json': await readFixture('models/default-base/config.json'),
    });
  }
});

it('an archive may expand, up to a limit', () => {
  expect(maxContents(1000)).toBe(limits.smallArchive);
  expect(maxContents(100e6)).toBe(2e9);
  expect(maxContents(limits.archive)).toBe(limits.archive);
});
