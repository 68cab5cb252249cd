import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A local server, and the method, path and Range of every request it received. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: { readonly method: string; readonly path: string; readonly range: string | undefined }[];
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves with `handler` on a free port of this machine until disposed. */
export async function serve(handler: Handler): Promise<TestServer> {
  const requests: TestServer['requests'] = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', path: request.url ?? '', range: request.headers.range });
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, [Symbol.asyncDispose]: () => close(server) };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Serves files by path under `prefix`, as a plain static server does. */
export function staticFiles(files: Readonly<Record<string, Uint8Array>>, prefix = '/'): Handler {
  return (request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    const bytes = path.startsWith(prefix) ? files[path.slice(prefix.length)] : undefined;
    if (!bytes) {
      response.writeHead(404).end('not found');
      return;
    }
    const etag = `"${createHash('sha1').update(bytes).digest('hex')}"`;
    response.writeHead(200, { 'content-length': bytes.length, 'content-type': 'application/octet-stream', etag });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  };
}
