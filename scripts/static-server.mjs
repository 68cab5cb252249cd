// A static file server for built pages: several folders under their own paths, Range requests, headers as asked.
import { createServer } from 'node:http';
import sirv from 'sirv';

/** What a page needs to be cross-origin isolated: only then has WebAssembly threads. */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/**
 * Serves each folder of `mounts` under its path (`'/albert/': folder`); the longest path that fits wins. The folders are
 * read anew at every request. `pages` are answered from memory, by path.
 *
 * @returns the base URL, without a slash at its end, and how to stop.
 */
export async function startStaticServer({ mounts = {}, pages = {}, headers = {}, port = 0 }) {
  const folders = Object.entries(mounts)
    .toSorted(([a], [b]) => b.length - a.length)
    .map(([path, folder]) => ({ path, files: sirv(folder, { dev: true, etag: true }) }));
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const path = (request.url ?? '/').split('?')[0];
    if (pages[path] !== undefined) {
      response.setHeader('Content-Type', 'text/html; charset=utf-8');
      response.end(pages[path]);
      return;
    }
    const notFound = () => {
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end('Not found');
    };
    const folder = folders.find((folder) => `${path}/`.startsWith(folder.path));
    if (!folder) {
      notFound();
      return;
    }
    request.url = `/${(request.url ?? '/').slice(folder.path.length)}`;
    folder.files(request, response, notFound);
  });
  await listen(server, port);
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { url: `http://localhost:${server.address().port}`, close, [Symbol.asyncDispose]: close };
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // This machine only: what is served may be a folder of the user's.
    server.listen(port, 'localhost', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
