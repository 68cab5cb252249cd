// A static file server for built pages: several folders under their own paths, Range requests, custom headers.
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import sirv from 'sirv';

/** Headers that make a page cross-origin isolated. Only then does WebAssembly have threads. */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};

/**
 * Serves each folder of `mounts` under its path (`'/albert/': folder`). The longest matching path wins. Folders are read again for
 * every request. Files whose name begins with a dot, and links that lead out of a folder, are not served. `pages` are served from
 * memory, by path. Only requests to this machine's own names are answered.
 *
 * @returns the base URL, without a trailing slash, and a function to stop
 */
export async function startStaticServer({ mounts = {}, pages = {}, headers = {}, port = 0 }) {
  const folders = Object.entries(mounts)
    .toSorted(([a], [b]) => b.length - a.length)
    .map(([path, folder]) => ({ path, folder, serve: sirv(folder, { dev: true, etag: true }) }));
  const server = createServer((request, response) => {
    answer(request, response, { folders, pages, headers }).catch(() =>
      sendError(response, 500, 'The file cannot be read'),
    );
  });
  await listen(server, port);
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  return { url: `http://localhost:${server.address().port}`, close, [Symbol.asyncDispose]: close };
}

async function answer(request, response, { folders, pages, headers }) {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // Another site can make its own domain name resolve to this machine (DNS rebinding).
  if (!isThisMachine(request.headers.host)) return sendError(response, 403, 'Not a name of this machine');
  if (request.method !== 'GET' && request.method !== 'HEAD') return sendError(response, 405, 'Only GET and HEAD');
  const target = (request.url ?? '/').split('?')[0];
  if (Object.hasOwn(pages, target)) {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(pages[target]);
    return;
  }
  const mount = folders.find((folder) => `${target}/`.startsWith(folder.path));
  const inside = mount && target.slice(mount.path.length);
  if (!mount || !(await isServed(mount.folder, inside))) return sendError(response, 404, 'Not found');
  request.url = `/${inside}`;
  if (!isPlainRange(request.headers.range)) delete request.headers.range;
  // sirv pipes an open file, and does not close it when the download is aborted.
  response.on('pipe', (file) => response.once('close', () => file.destroy()));
  mount.serve(request, response, () => sendError(response, 404, 'Not found'));
}

function sendError(response, status, text) {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(text);
}

const isThisMachine = (host = '') => /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/iu.test(host);

/** Accepts `bytes=4-` and `bytes=4-9`. Others may be ignored (RFC 9110), and sirv misreads them: `10-5` ends the process. */
function isPlainRange(range) {
  const [, start, end] = /^bytes=(\d+)-(\d*)$/u.exec(range ?? '') ?? [];
  return start !== undefined && (end === '' || (Number(end) >= Number(start) && Number(end) > 0));
}

/** Whether a path has no hidden part, and stays inside the folder after following links. */
async function isServed(folder, target) {
  let decoded;
  try {
    decoded = decodeURIComponent(target);
  } catch {
    return false;
  }
  if (decoded.split(/[/\\]/u).some((part) => part.startsWith('.'))) return false;
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined) return false;
  for (const candidate of [
    decoded,
    `${decoded}.html`,
    `${decoded}.htm`,
    `${decoded}/index.html`,
    `${decoded}/index.htm`,
  ]) {
    const place = await realpath(path.join(folder, candidate)).catch(() => root);
    if (place !== root && !place.startsWith(root + path.sep)) return false;
  }
  return true;
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Only reachable from this machine, because the folder may be a private one of the user.
    server.listen(port, 'localhost', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
