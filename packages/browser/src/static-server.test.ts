import { existsSync } from 'node:fs';
import { mkdtemp, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { get, type OutgoingHttpHeaders } from 'node:http';
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
  await writeFile(path.join(folder, 'weights/large'), new Uint8Array(8_000_000));
  await writeFile(path.join(folder, 'secret'), 'secret');
  await writeFile(path.join(folder, 'weights/.env'), 'secret');
  await symlink(path.join(folder, 'secret'), path.join(folder, 'weights/link'));
  await symlink(folder, path.join(folder, 'weights/up'));
  await symlink(path.join(folder, 'weights/shard'), path.join(folder, 'weights/alias'));
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

/** Returns status and body, using `node:http` because it can send any header. */
function ask(file: string, headers: OutgoingHttpHeaders): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    get(server.url + file, { headers }, (response) => {
      let body = '';
      response.on('data', (piece: Buffer) => (body += piece.toString()));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    }).on('error', reject);
  });
}

it.each([
  ['bytes=10-5', 200, '0123456789'],
  ['bytes=-3', 200, '0123456789'],
  ['bytes=0-0', 200, '0123456789'],
  ['bytes=0-1,4-5', 200, '0123456789'],
  ['bytes=a-b', 200, '0123456789'],
  ['lines=1-2', 200, '0123456789'],
  ['bytes=2-3', 206, '23'],
  ['bytes=8-99', 206, '89'],
  ['bytes=10-', 416, ''],
])('answers Range %s with %i', async (range, status, body) => {
  expect(await ask('/albert/weights/shard', { range })).toEqual({ status, body });
});

it.runIf(existsSync('/proc/self/fd'))('closes the file of an aborted download', async () => {
  const openFiles = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
  const before = await openFiles();
  for (let i = 0; i < 50; i++) {
    const { body } = await fetch(`${server.url}/albert/weights/large`);
    const reader = body?.getReader();
    await reader?.read();
    await reader?.cancel();
  }
  await expect.poll(openFiles).toBeLessThan(before + 25);
});

it.each(['/albert/weights/link', '/albert/weights/up/secret', '/albert/weights/.env', '/albert/weights/%2eenv'])(
  'does not serve %s',
  async (file) => expect((await fetch(server.url + file)).status).toBe(404),
);

it('follows a link that stays in its folder', async () => {
  expect(await (await fetch(`${server.url}/albert/weights/alias`)).text()).toBe('0123456789');
});

it.each(['evil.example', 'localhost.evil.example:80'])('rejects requests to the host %j', async (host) => {
  expect((await ask('/albert/weights/shard', { host })).status).toBe(403);
});

it('rejects POST', async () => {
  expect((await fetch(`${server.url}/albert/weights/shard`, { method: 'POST' })).status).toBe(405);
});

it.each(['/nothing', '/albert/nothing', '/albertine', '/albert/..%2f..%2fetc/passwd', '/albert/../weights/shard'])(
  'does not have %s',
  async (file) => {
    expect((await fetch(server.url + file)).status).toBe(404);
  },
);
