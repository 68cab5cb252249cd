/** A model that is not where it should be: few requests are made, and the error says what the server responded. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import { load } from './load.ts';

const model = fileURLToPath(new URL('../../../weights/default/', import.meta.url));
const asked: string[] = [];
const notFound = (): Response => new Response('not found', { status: 404 });
/** What a single-page app responds to every path that it does not know. */
const page = (): Response =>
  new Response('<!DOCTYPE html><html></html>', { headers: { 'content-type': 'text/html; charset=utf-8' } });

afterEach(() => vi.restoreAllMocks());

/** Loads a model from a server with all files of a model but some. @param instead the response for others */
async function loadWithout(missing: (file: string) => boolean, instead: () => Response): Promise<unknown> {
  asked.length = 0;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    const file = new URL(new Request(url).url).pathname.slice('/model/'.length);
    asked.push(file);
    const bytes = missing(file) ? undefined : await readFile(`${model}${file}`).catch(() => undefined);
    if (!bytes) return instead();
    return new Response(init?.method === 'HEAD' ? null : bytes, { headers: { 'content-length': `${bytes.length}` } });
  });
  const loading = load('https://example.org/model/', { backend: 'wasm', cache: false });
  return loading.then(
    (loaded) => loaded.dispose(),
    (error: unknown) => error,
  );
}

const everything = (): boolean => true;

it('a folder without any model takes few requests', async () => {
  const error = await loadWithout(everything, notFound);
  expect(error).toMatchObject({
    name: 'MissingFileError',
    message: expect.stringContaining('config.json was not found'),
  });
  expect(asked.length).toBeLessThanOrEqual(6);
});

it.each([
  ['config.json', everything],
  ['config.json', (file: string) => file === 'config.json'],
  ['model.safetensors', (file: string) => file.startsWith('model')],
  ['spiece.model', (file: string) => file === 'spiece.model'],
])('names the page that a server sends in place of %s', async (file, missing) => {
  const error = await loadWithout(missing, page);
  expect(error).toMatchObject({ name: 'MissingFileError' });
  expect(String(error)).toContain(`${file} in https://example.org/model/ is an HTML page. Expected the file itself.`);
  expect(String(error)).toContain('responds with 404');
});

it('loads a model from such a server if nothing that it needs is missing', async () => {
  expect(await loadWithout(() => false, page)).toBeUndefined();
});
