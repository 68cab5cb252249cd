/** Serves the built page, and model folders beside it, to the browser of this machine only. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Folder of the built page. */
  readonly page: string;
  /** Folder served as `models/`. */
  readonly models?: string | undefined;
  /** Send COOP and COEP headers, without which there are no WASM threads. */
  readonly isolated: boolean;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

export async function servePage({ page, models, isolated }: ServerOptions): Promise<PageServer> {
  const server = createServer((request, response) => {
    // Normalised against the root, so that no `..` leads out of the folder.
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://page').pathname));
    const file = path.startsWith('/models/') && models ? join(models, path.slice('/models/'.length)) : join(page, path);
    void send(path.endsWith('/') ? join(file, 'index.html') : file);

    async function send(file: string): Promise<void> {
      const found = await stat(file).catch(() => undefined);
      if (!found?.isFile()) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, {
        'Content-Type': types[extname(file)] ?? 'application/octet-stream',
        'Content-Length': found.size,
        ...(isolated && {
          'Cross-Origin-Opener-Policy': 'same-origin',
          'Cross-Origin-Embedder-Policy': 'require-corp',
        }),
      });
      if (request.method === 'HEAD') response.end();
      else createReadStream(file).pipe(response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
