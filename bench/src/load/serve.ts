import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

/** A static server as most are: lengths, ETags, 304; and a count of what it sent. */
export interface CountingServer {
  readonly url: string;
  /** Bytes of bodies sent since the last call, by path. */
  takeSent(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** Serves the first of `folders` that has the file. */
export async function serveFolders(folders: readonly string[]): Promise<CountingServer> {
  let sent = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://page').pathname));
    void answer(path.endsWith('/') ? `${path}index.html` : path);

    async function answer(path: string): Promise<void> {
      for (const folder of folders) {
        const file = join(folder, path);
        const found = await stat(file).catch(() => undefined);
        if (!found?.isFile()) continue;
        const etag = `"${found.size}-${found.mtimeMs}"`;
        const type = types[extname(file)] ?? 'application/octet-stream';
        const headers = { etag, 'content-type': type, 'cache-control': 'no-cache' };
        if (request.headers['if-none-match'] === etag) return void response.writeHead(304, headers).end();
        response.writeHead(200, { ...headers, 'content-length': found.size });
        if (request.method === 'HEAD') return void response.end();
        sent.set(path, (sent.get(path) ?? 0) + found.size);
        return void createReadStream(file).pipe(response);
      }
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    takeSent() {
      const counted = sent;
      sent = new Map();
      return counted;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
