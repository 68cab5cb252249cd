// Serves the build: the demo, the benchmark page at /bench/, the docs at /docs/, the drop-in script at /albert/, the weights at /weights/.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { isolationHeaders, startStaticServer } from '@albert-web/browser/static-server';

const root = path.join(import.meta.dirname, '..');
const mounts = {
  '/': path.join(root, 'apps/demo/dist'),
  '/bench/': path.join(root, 'bench/dist'),
  '/docs/': path.join(root, 'docs/dist'),
  '/albert/': path.join(root, 'packages/albert-web/dist'),
  '/albert/weights/': path.join(root, 'weights'),
  '/weights/': path.join(root, 'weights'),
};
/** Links in the footer of the demo. */
const pages = { '/links.json': JSON.stringify({ bench: './bench/', docs: './docs/' }) };
const firstPort = Number(process.env.PORT ?? 8080);
/** Reasons why a port cannot be used. */
const refusals = { EADDRINUSE: 'is in use', EACCES: 'may not be used', ERR_SOCKET_BAD_PORT: 'is not a port' };

if (!existsSync(mounts['/'])) {
  console.error('apps/demo/dist is missing. Run `npm run build` first, or `npm start`, which builds and serves.');
  process.exit(1);
}

const { url } = await startOnFreePort();
console.log(`
  Demo        ${url}/
  Benchmark   ${url}/bench/
  Docs        ${url}/docs/
  Script      ${url}/albert/albert.js

  Press Ctrl+C to stop.`);

/** Starts the server on the requested port, or on the next free one if none was requested. */
async function startOnFreePort() {
  for (let port = firstPort; ; port++) {
    try {
      return await startStaticServer({
        mounts,
        pages,
        headers: { ...isolationHeaders, 'Cache-Control': 'no-cache' },
        port,
      });
    } catch (error) {
      const why = refusals[error.code];
      if (why && process.env.PORT === undefined && port < firstPort + 100) continue;
      const named = process.env.PORT ?? port;
      console.error(
        why ? `Port ${named} ${why}. Set PORT to another one, or leave it out to have the next free one.` : error,
      );
      process.exit(1);
    }
  }
}
