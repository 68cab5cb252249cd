import { AlbertError } from '@albert-web/errors';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCheckpoint } from '../load.ts';
import { writeShardedCheckpoint } from '../safetensors/shards.ts';
import { writeSafetensors } from '../safetensors/write.ts';
import { randomCheckpoint } from '../testing/checkpoints.ts';
import { serve, staticFiles, type TestServer } from '../testing/server.ts';
import { cachedSource } from './cached.ts';
import { modelFiles } from './model-files.ts';
import { clearCache, isCached, openModel, type OpenOptions } from './open.ts';
import type { FileStore } from './store.ts';
import { urlSource } from './url.ts';
import { CacheError, MissingFileError, type CacheWarning } from '../errors.ts';

const checkpoint = randomCheckpoint({ a: [40, 50], b: [1000], 'c.half': [30, 30] });
let cacheFolder: string;
let files: Record<string, Uint8Array>;
let server: TestServer;

beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'albert-cache-'));
  const written = await writeShardedCheckpoint(checkpoint, { maxBytes: 4096 });
  files = Object.fromEntries(written.map(({ path, bytes }) => [path, bytes]));
  files['config.json'] = new TextEncoder().encode('{"version":1}');
  files['vocab.txt'] = new TextEncoder().encode('[PAD]');
  server = await serve((request, response) => staticFiles(files, '/model/')(request, response));
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(cacheFolder, { recursive: true });
});

const open = (options: OpenOptions = {}) => openModel(`${server.url}/model`, { cacheFolder, ...options });
const cached = () => isCached(`${server.url}/model`, { cacheFolder });
const fetched = () =>
  server.requests
    .splice(0)
    .filter(({ method }) => method === 'GET')
    .map(({ path }) => path);

async function loadAll(options: OpenOptions = {}) {
  const model = await open(options);
  const config = await model.readJson('config.json');
  await model.readText('vocab.txt');
  const { tensors } = await loadCheckpoint(model);
  for (const [name, tensor] of checkpoint.tensors) expect(tensors.get(name)).toEqual(tensor);
  return config;
}

/** Changes one byte of every cached file. */
async function tamper(): Promise<void> {
  const folder = join(cacheFolder, 'v1');
  for (const name of (await readdir(folder)).filter((name) => name.endsWith('.bin'))) {
    const bytes = await readFile(join(folder, name));
    bytes[bytes.length - 3] = (bytes.at(-3) ?? 0) ^ 1;
    await writeFile(join(folder, name), bytes);
  }
}

describe('the cache of openModel', () => {
  it('fetches each file once', async () => {
    expect(await cached()).toBe(false);
    await loadAll();
    expect(fetched().sort()).toEqual(
      Object.keys(files)
        .map((path) => `/model/${path}`)
        .sort(),
    );
    expect(await cached()).toBe(true);
    await loadAll();
    expect(fetched()).toEqual([]);
  });

  it('serves everything if the server is gone, or if only local files may be used', async () => {
    await loadAll();
    await loadAll({ localOnly: true });
    await server[Symbol.asyncDispose]();
    await loadAll();
  });

  it('opens a model of a single file offline: what the server lacks is remembered', async () => {
    files = {
      'config.json': files['config.json'] ?? new Uint8Array(),
      'vocab.txt': files['vocab.txt'] ?? new Uint8Array(),
      'model.safetensors': writeSafetensors(checkpoint),
    };
    expect(await (await open()).has('modules.json')).toBe(false);
    await loadAll();
    expect(await cached()).toBe(true);
    await loadAll({ localOnly: true });
    await server[Symbol.asyncDispose]();
    expect(await (await open()).has('modules.json')).toBe(false);
    await loadAll();
  });

  it('notices a file that was not there before', async () => {
    const model = await open();
    expect(await model.has('new.json')).toBe(false);
    await expect(model.readJson('new.json')).rejects.toThrow(MissingFileError);
    files['new.json'] = new TextEncoder().encode('1');
    expect(await model.readJson('new.json')).toBe(1);
  });

  it('throws a MissingFileError if only local files may be used and one is missing', async () => {
    await expect(loadAll({ localOnly: true })).rejects.toThrow(MissingFileError);
    expect(server.requests).toEqual([]);
  });

  it('after an interrupted load, fetches only the missing shards', async () => {
    const controller = new AbortController();
    const loading = loadCheckpoint(await open(), {
      parallel: 1,
      signal: controller.signal,
      onProgress: ({ loaded, total }) => loaded > total / 2 && controller.abort(),
    });
    await expect(loading).rejects.toThrow('aborted');
    const before = fetched();
    await loadAll();
    const after = fetched();
    const shards = Object.keys(files).filter((path) => path.endsWith('.safetensors'));
    expect(before.length).toBeGreaterThan(2);
    for (const shard of shards) {
      const times = [...before, ...after].filter((path) => path === `/model/${shard}`).length;
      expect(times).toBe(before.at(-1) === `/model/${shard}` ? 2 : 1);
    }
  });

  it('notices that cached files were changed, and fetches them again', async () => {
    await loadAll();
    fetched();
    await tamper();
    await loadAll();
    expect(fetched()).toHaveLength(Object.keys(files).length);
    await tamper();
    await expect(loadAll({ localOnly: true })).rejects.toThrow(MissingFileError);
  });

  it.each(['model.safetensors', 'config.json'])('does not cache a %s that arrived truncated', async (path) => {
    const whole = writeSafetensors(checkpoint);
    files = {
      'config.json': files['config.json'] ?? new Uint8Array(),
      'vocab.txt': files['vocab.txt'] ?? new Uint8Array(),
      'model.safetensors': whole,
    };
    const complete = files[path] ?? new Uint8Array();
    files[path] = complete.subarray(0, complete.length - 9);
    await expect(loadAll()).rejects.toThrow(AlbertError);
    expect(fetched().filter((asked) => asked === `/model/${path}`)).toHaveLength(2);
    expect(await cached()).toBe(false);
    files[path] = complete;
    await loadAll();
    expect(await cached()).toBe(true);
  });

  it('fetches a file again if the cached one is truncated', async () => {
    files = {
      'config.json': new TextEncoder().encode('{"version":1}'),
      'vocab.txt': new TextEncoder().encode('[PAD]'),
    };
    await (await open()).readText('config.json');
    const [kept] = (await readdir(join(cacheFolder, 'v1'))).filter((name) => name.endsWith('.bin'));
    const cut = new TextEncoder().encode('{"version"');
    await writeFile(join(cacheFolder, 'v1', kept ?? ''), cut);
    const note = join(cacheFolder, 'v1', (kept ?? '').replace('.bin', '.json'));
    const known = JSON.parse(await readFile(note, 'utf8')) as object;
    await writeFile(note, JSON.stringify({ ...known, sha256: createHash('sha256').update(cut).digest('hex') }));
    expect(await (await open()).readJson('config.json')).toEqual({ version: 1 });
  });

  it('is complete only with a tokenizer, and with the modules of a sentence encoder', async () => {
    await loadAll();
    expect(await cached()).toBe(true);
    files['modules.json'] = new TextEncoder().encode(
      JSON.stringify([
        { path: '', type: 'sentence_transformers.models.Transformer' },
        { path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
        { path: '2_Dense', type: 'sentence_transformers.models.Dense' },
      ]),
    );
    files['1_Pooling/config.json'] = files['2_Dense/config.json'] = new TextEncoder().encode('{}');
    files['2_Dense/model.safetensors'] = writeSafetensors(checkpoint);
    const model = await open();
    await model.readJson('modules.json');
    for (const folder of ['1_Pooling', '2_Dense']) {
      expect(await cached()).toBe(false);
      await model.readJson(`${folder}/config.json`);
    }
    expect(await cached()).toBe(false);
    await loadCheckpoint(model, { folder: '2_Dense' });
    expect(await cached()).toBe(true);
  });

  it('when cleared, also removes unfinished files of killed processes', async () => {
    await loadAll();
    const folder = join(cacheFolder, 'v1');
    const unfinished = [`0.bin.${2 ** 30}.x.part`, `1.bin.${process.pid}.y.part`];
    for (const name of unfinished) await writeFile(join(folder, name), 'half');
    await clearCache(`${server.url}/model`, { cacheFolder });
    expect(await readdir(folder)).toEqual(unfinished.slice(1));
    await clearCache(undefined, { cacheFolder });
    expect(await readdir(folder)).toEqual([]);
  });

  it('survives metadata that is not valid JSON', async () => {
    await loadAll();
    const folder = join(cacheFolder, 'v1');
    for (const name of await readdir(folder))
      if (name.endsWith('.json')) await writeFile(join(folder, name), '{"key":');
    expect(await cached()).toBe(false);
    await loadAll();
    expect(await cached()).toBe(true);
  });

  it('fetches the new version of a file that changed on the server', async () => {
    await loadAll();
    files['config.json'] = new TextEncoder().encode('{"version":2}');
    expect(await loadAll()).toEqual({ version: 2 });
    expect(await loadAll({ localOnly: true })).toEqual({ version: 2 });
  });

  it('fetches new shards if the index has new hashes, and removes the old ones', async () => {
    await loadAll();
    const count = (await readdir(join(cacheFolder, 'v1'))).length;
    const changed = randomCheckpoint({ a: [40, 50], b: [1000], 'c.half': [30, 30] }, 2);
    for (const { path, bytes } of await writeShardedCheckpoint(changed, { maxBytes: 4096 })) files[path] = bytes;
    const { tensors } = await loadCheckpoint(await open());
    expect(tensors.get('a')).toEqual(changed.tensors.get('a'));
    expect(await readdir(join(cacheFolder, 'v1'))).toHaveLength(count);
  });

  it('can be cleared for one model, or for all', async () => {
    await loadAll();
    await clearCache(`${server.url}/other`, { cacheFolder });
    expect(await cached()).toBe(true);
    await clearCache(`${server.url}/model`, { cacheFolder });
    expect(await cached()).toBe(false);
    await loadAll();
    await clearCache(undefined, { cacheFolder });
    expect(await readdir(join(cacheFolder, 'v1'))).toEqual([]);
  });

  it('stores nothing if it is turned off', async () => {
    await loadAll({ cache: false });
    expect(await cached()).toBe(false);
  });

  it('is complete after several loads of the same model at once', async () => {
    await Promise.all([loadAll(), loadAll(), loadAll()]);
    await loadAll({ localOnly: true });
    expect(await readdir(join(cacheFolder, 'v1'))).toHaveLength(2 * Object.keys(files).length);
  });

  it('reports that it cannot be read or cleared', async () => {
    await writeFile(join(cacheFolder, 'v1'), 'a file where a folder should be');
    const warnings: string[] = [];
    const onWarning = ({ message }: Error): void => void warnings.push(message);
    const model = await open({ localOnly: true, onWarning });
    await expect(model.readJson('config.json')).rejects.toThrow(MissingFileError);
    expect(warnings).toEqual([expect.stringContaining('The cache cannot be read: ENOTDIR')]);
    for (const location of [undefined, `${server.url}/model`]) {
      const clearing = clearCache(location, { cacheFolder });
      await expect(clearing).rejects.toThrow(CacheError);
      await expect(clearing).rejects.toThrow('ENOTDIR');
    }
  });

  it('is not used if there is no space, with a single warning', async () => {
    const full: FileStore = {
      get: () => Promise.resolve(undefined),
      has: () => Promise.resolve(false),
      put: () => Promise.reject(new DOMException('Quota exceeded.', 'QuotaExceededError')),
      delete: () => Promise.resolve(),
      clear: () => Promise.resolve(),
    };
    const warnings: CacheWarning[] = [];
    const source = urlSource(new URL(`${server.url}/model`));
    const model = cachedSource(source, full, { localOnly: false, onWarning: (warning) => warnings.push(warning) });
    const { tensors } = await loadCheckpoint(modelFiles(model));
    expect(tensors.size).toBe(3);
    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('Quota exceeded')]);
  });
});
