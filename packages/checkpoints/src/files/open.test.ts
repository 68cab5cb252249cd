import { mkdtemp, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { InvalidArgumentError } from '@albert-web/errors';
import { fixtureUrl } from '@albert-web/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, staticFiles, type TestServer } from '../testing/server.ts';
import { importModel } from '../import.ts';
import type { LoadProgress } from '../progress.ts';
import { openModel, type ModelLocation } from './open.ts';
import type { ModelFiles } from './types.ts';
import {
  IntegrityError,
  JsonError,
  MissingFileError,
  ModelNotFoundError,
  ReadError,
  StandInError,
  UnsafePathError,
} from '../errors.ts';

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const contents = {
  'config.json': utf8('{"model_type":"albert"}'),
  'broken.json': utf8('{"model_type":'),
  'page.json': utf8('<!DOCTYPE html><html></html>'),
  '1_Pooling/config.json': utf8('{"pooling_mode_mean_tokens":true}'),
  'binary.bin': Uint8Array.from({ length: 10_000 }, (_, i) => i % 251),
  'empty.bin': new Uint8Array(),
  'notutf8.txt': Uint8Array.of(0xff, 0xfe, 0xfd),
};

let folder: string;
let server: TestServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albert-open-'));
  for (const [path, bytes] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  server = await serve(staticFiles(contents, '/org/name/resolve/v1.0/'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await server[Symbol.asyncDispose]();
});

const places: Record<string, () => Promise<ModelFiles>> = {
  'a folder': () => openModel(folder),
  'a file URL': () => openModel(pathToFileURL(folder)),
  'a base URL': () => openModel(`${server.url}/org/name/resolve/v1.0`, { cache: false }),
  'a Hub id': () => openModel('org/name', { hubUrl: server.url, revision: 'v1.0', cache: false }),
  'dropped files': () => openModel(Object.entries(contents).map(([path, bytes]) => droppedFile(path, bytes))),
};

/** Makes a File as a folder picker returns it. */
function droppedFile(path: string, bytes: Uint8Array<ArrayBuffer>): File {
  return Object.defineProperty(new File([bytes], path), 'webkitRelativePath', { value: `picked/${path}` });
}

describe.each(Object.entries(places))('openModel on %s', (_, open) => {
  it('reads bytes, text and JSON, in folders too', async () => {
    const files = await open();
    expect(await files.readBytes('binary.bin')).toEqual(contents['binary.bin']);
    expect(await files.readBytes('empty.bin')).toEqual(contents['empty.bin']);
    expect(await files.readText('config.json')).toBe('{"model_type":"albert"}');
    expect(await files.readJson('1_Pooling/config.json')).toEqual({ pooling_mode_mean_tokens: true });
  });

  it('counts the bytes, and returns an array that the caller may change', async () => {
    const files = await open();
    const counts: number[] = [];
    const bytes = await files.readBytes('binary.bin', { onBytes: (loaded) => counts.push(loaded) });
    expect(counts.at(-1)).toBe(10_000);
    bytes.fill(0);
    expect(await files.readBytes('binary.bin')).toEqual(contents['binary.bin']);
  });

  it('knows sizes, and which files exist', async () => {
    const files = await open();
    expect(await files.size('binary.bin')).toBe(10_000);
    expect(await files.has('config.json')).toBe(true);
    expect(await files.has('absent.json')).toBe(false);
    await expect(files.readBytes('absent.json')).rejects.toThrow(MissingFileError);
  });

  it('verifies the expected size and hash', async () => {
    const files = await open();
    const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    await expect(files.readBytes('empty.bin', { expected: { size: 0, sha256 } })).resolves.toHaveLength(0);
    await expect(files.readBytes('config.json', { expected: { size: 23, sha256 } })).rejects.toThrow(IntegrityError);
    await expect(files.readBytes('config.json', { expected: { size: 22, sha256 } })).rejects.toThrow(IntegrityError);
  });

  it('throws a JsonError for files that are not JSON', async () => {
    const files = await open();
    for (const path of ['broken.json', 'notutf8.txt']) {
      await expect(files.readJson(path)).rejects.toThrow(JsonError);
    }
    await expect(files.readJson('page.json')).rejects.toThrow(StandInError);
  });

  it.each(['../config.json', '/etc/passwd', 'a//b', './config.json', 'a/../b', 'C:\\x', 'a?b', 'a%2e%2e', 'a\0b', ''])(
    'rejects the path %j',
    async (path) => {
      await expect((await open()).readBytes(path)).rejects.toThrow(UnsafePathError);
    },
  );

  it('does not start when the signal is already aborted', async () => {
    await expect((await open()).readBytes('binary.bin', { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });
});

describe('openModel', () => {
  it.each(['', './no-such-folder', 'a/b/c', 'org/na me', 'https://'])('rejects the location %j', async (location) => {
    await expect(openModel(location)).rejects.toThrow(InvalidArgumentError);
  });

  it.each([42, true, {}, { model: './weights/default' }, new ArrayBuffer(2), Symbol('model'), undefined])(
    'rejects %o, which is not a location',
    async (location) => {
      const opened = openModel(location as unknown as ModelLocation);
      await expect(opened).rejects.toThrow(/^location is .* Expected a path, a URL, a Hub id/u);
      await expect(opened).rejects.toThrow(InvalidArgumentError);
    },
  );

  it('treats an HTML page in place of a file as a missing file', async () => {
    await using pages = await serve((_, response) =>
      response.setHeader('content-type', 'text/html').end('<html></html>'),
    );
    const files = await openModel(pages.url, { cache: false });
    expect(await files.has('model.safetensors.index.json')).toBe(false);
    await expect(files.readJson('config.json')).rejects.toThrow(MissingFileError);
  });
});

describe('a Hub id', () => {
  const refusing = (status: number): Promise<TestServer> =>
    serve((_, response) => response.writeHead(status).end('Repository not found'));

  it.each([401, 403, 503])('fails at once on HTTP %i, and the error explains how to write a path', async (status) => {
    await using hub = await refusing(status);
    const files = await openModel('weights/missing', { hubUrl: hub.url, cache: false });
    const failure: unknown = await files.readJson('config.json').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ModelNotFoundError);
    expect(String(failure)).toContain('no model "weights/missing"');
    expect(String(failure)).toContain(`${hub.url}/weights/missing/resolve/main/config.json`);
    expect(String(failure)).toContain('"./weights/missing"');
    expect(hub.requests).toHaveLength(1);
  });

  it('fails at once if the Hub cannot be reached', async () => {
    const gone = await refusing(500);
    await gone[Symbol.asyncDispose]();
    const files = await openModel('org/name', { hubUrl: gone.url, cache: false });
    await expect(files.readJson('config.json')).rejects.toThrow(ModelNotFoundError);
  });

  it('fails if the folder is empty, and the error explains how to write a path', async () => {
    await using hub = await refusing(404);
    await expect(importModel(await openModel('org/name', { hubUrl: hub.url, cache: false }))).rejects.toThrow(
      /config\.json was not found.*"\.\/org\/name"/su,
    );
  });

  it('fails with a ReadError once a file has arrived', async () => {
    await using hub = await serve((request, response) =>
      response.writeHead(request.url?.endsWith('config.json') ? 200 : 403).end('{}'),
    );
    const files = await openModel('org/name', { hubUrl: hub.url, cache: false });
    expect(await files.readJson('config.json')).toEqual({});
    await expect(files.readBytes('model.safetensors')).rejects.toThrow(ReadError);
  });

  it('is looked up in localPath first, in Node and by URL', async () => {
    await using hub = await refusing(401);
    const home = await mkdtemp(join(tmpdir(), 'albert-home-'));
    await mkdir(join(home, 'org/name'), { recursive: true });
    await writeFile(join(home, 'org/name/config.json'), '{"at":"home"}');
    const options = { hubUrl: hub.url, cache: false };
    for (const localPath of [home, `${home}/`, pathToFileURL(home)]) {
      const files = await openModel('org/name', { ...options, localPath });
      expect(await files.readJson('config.json')).toEqual({ at: 'home' });
    }
    const served = await openModel('resolve/v1.0', { ...options, localPath: `${server.url}/org/name` });
    expect(await served.readText('config.json')).toBe('{"model_type":"albert"}');
    expect(hub.requests).toEqual([]);
    await expect(
      (await openModel('org/other', { ...options, localPath: home })).readJson('config.json'),
    ).rejects.toThrow(ModelNotFoundError);
    expect(hub.requests).toHaveLength(1);
    await rm(home, { recursive: true });
  });

  it('is rejected if allowRemote is false', async () => {
    await using hub = await refusing(401);
    const options = { hubUrl: hub.url, allowRemote: false };
    await expect(openModel('org/name', options)).rejects.toThrow(InvalidArgumentError);
    await expect(openModel('org/name', { ...options, localPath: server.url })).rejects.toThrow(
      /Expected the model in/u,
    );
    await expect(openModel('org/name', { ...options, localPath: 'models' })).rejects.toThrow(InvalidArgumentError);
    expect(hub.requests).toEqual([]);
  });
});

it('reports the bytes of an archive up to its end', async () => {
  const archive = fileURLToPath(fixtureUrl('forms/tf-hub.zip'));
  const { size } = await stat(archive);
  const reports: LoadProgress[] = [];
  await openModel(archive, { onProgress: (report) => reports.push(report) });
  expect(reports.at(-1)).toMatchObject({ status: 'progress', file: 'tf-hub.zip', loaded: size, total: size });
  await expect(openModel(archive, { signal: AbortSignal.abort(new RangeError('stop')) })).rejects.toThrow('stop');
});
