import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isolationHeaders, startStaticServer, type StaticServer } from './static-server.mjs';

let folder: string;
let server: StaticServer;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'static-server-'));
  await mkdir(path.join(folder, 'script'));
  await mkdir(path.join(folder, 'weights'));
  await writeFile(path.join(folder, 'script/albert.mjs'), 'export {};');
  await writeFile(path.join(folder, 'script/own.wasm'), new Uint8Array(8));
  await writeFile(path.join(folder, 'weights/shard'), '0123456789');
  server = await startStaticServer({
    mounts: { '/albert/': path.join(folder, 'script'), '/albert/weights/': path.join(folder, 'weights') },
    pages: { '/': '<title>A page</title>' },
    headers: isolationHeaders,
  });
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

it.each([
  ['/', 'text/html; charset=utf-8'],
  ['/albert/albert.mjs', 'text/javascript'],
  ['/albert/own.wasm', 'application/wasm'],
])('serves %s as %s, isolated', async (file, type) => {
  const { headers } = await fetch(server.url + file);
  expect(headers.get('content-type')).toBe(type);
  for (const [name, value] of Object.entries(isolationHeaders)) expect(headers.get(name)).toBe(value);
});

it('serves the folder with the longest path, and parts of files', async () => {
  const response = await fetch(`${server.url}/albert/weights/shard`, { headers: { range: 'bytes=4-' } });
  expect(response.status).toBe(206);
  expect(await response.text()).toBe('456789');
  expect(response.headers.get('content-range')).toBe('bytes 4-9/10');
});

it.each(['/nothing', '/albert/nothing', '/albertine', '/albert/..%2f..%2fetc/passwd', '/albert/../weights/shard'])(
  'does not have %s',
  async (file) => {
    expect((await fetch(server.url + file)).status).toBe(404);
  },
);
