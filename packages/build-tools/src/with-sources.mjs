// Lets scripts that are run by hand import the workspace's TypeScript sources without a build.
import path from 'node:path';
import { createServer } from 'vite';

const root = path.join(import.meta.dirname, '../../..');

/** Calls `work` with a function that imports a source file, given its path from the root of the repository. */
export async function withSources(work) {
  const server = await createServer({
    root,
    configFile: false,
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'] } },
  });
  try {
    return await work((file) => server.ssrLoadModule(path.join(root, file)));
  } finally {
    await server.close();
  }
}
