/** The default model as its package registers it: settings as text, other files by the URLs that a bundler assigned. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { serve, staticFiles, type TestServer } from '../testing/server.ts';
import { installedModel, registeredModel, type PackagedModel } from './installed.ts';
import { clearCache, isCached, openModel } from './open.ts';
import { MissingFileError, NoModelError } from '../errors.ts';

const registry = Symbol.for('albert-web.default-model');
const bytes = { 'model-3f2a.safetensors': Uint8Array.of(1, 2, 3), 'spiece-77bc.model': Uint8Array.of(4, 5) };
let server: TestServer;
let cacheFolder: string;
beforeEach(async () => {
  server = await serve(staticFiles(bytes, '/assets/'));
  cacheFolder = await mkdtemp(join(tmpdir(), 'albert-packaged-'));
});
afterEach(async () => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(globalThis, registry);
  await server[Symbol.asyncDispose]();
  await rm(cacheFolder, { recursive: true });
});

const bundled = (): PackagedModel => ({
  name: '@albert-web/model-default',
  texts: { 'config.json': '{"model_type":"albert"}' },
  urls: {
    'model.safetensors': `${server.url}/assets/model-3f2a.safetensors`,
    'spiece.model': `${server.url}/assets/spiece-77bc.model`,
    'left-out.bin': `${server.url}/assets/left-out.bin`,
  },
});

it('reads settings without a request, and other files by URL', async () => {
  const files = await openModel(bundled(), { cacheFolder });
  expect(await files.readJson('config.json')).toEqual({ model_type: 'albert' });
  expect(await files.has('modules.json')).toBe(false);
  await expect(files.readBytes('toString')).rejects.toThrow(MissingFileError);
  expect(server.requests).toEqual([]);
  expect(await files.readBytes('model.safetensors')).toEqual(bytes['model-3f2a.safetensors']);
  expect(await files.size('spiece.model')).toBe(2);
});

it('explains what to do if the bundler left a file out', async () => {
  const files = await openModel(bundled(), { cacheFolder });
  await expect(files.readBytes('left-out.bin')).rejects.toThrow(/left-out\.bin of @albert-web.*npx albert-web copy/su);
});

it('is cached, found in the cache, and cleared', async () => {
  const files = await openModel(bundled(), { cacheFolder });
  for (const path of ['model.safetensors', 'spiece.model']) await files.readBytes(path);
  expect(await isCached(bundled(), { cacheFolder })).toBe(true);
  await clearCache(bundled(), { cacheFolder });
  expect(await isCached(bundled(), { cacheFolder })).toBe(false);
});

it('is read as a folder in Node', async () => {
  await writeFile(join(cacheFolder, 'spiece.model'), 'on disk');
  const urls = { 'spiece.model': pathToFileURL(join(cacheFolder, 'spiece.model')).href };
  const files = await openModel({ ...bundled(), urls });
  expect(await files.readText('spiece.model')).toBe('on disk');
});

it('is the model that the package registered; without one, the error names three ways to load a model', async () => {
  expect(registeredModel()).toBeUndefined();
  await expect(installedModel()).rejects.toThrow(NoModelError);
  await expect(installedModel()).rejects.toThrow(/npm install @albert-web\/model-default.*'\/models\/.*Hub id/su);
  vi.stubGlobal('process', undefined);
  await expect(installedModel()).rejects.toThrow(/import '@albert-web\/model-default'/u);
  vi.unstubAllGlobals();
  const model = bundled();
  Object.assign(globalThis, { [registry]: model });
  expect(await installedModel()).toBe(model);
});
