/**
 * Measures loading and prints the report: node bench/src/load/run.mjs [MODEL_FOLDER [ROUNDS]].
 *
 * MODEL_FOLDER is our default model; its tokenizer serves the other models too.
 */
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const [model = fileURLToPath(new URL('../../../weights/default', import.meta.url)), rounds = '5'] =
  process.argv.slice(2);

// Vite runs the TypeScript sources as they are.
const server = await createServer({
  root: fileURLToPath(new URL('../../..', import.meta.url)),
  configFile: false,
  appType: 'custom',
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  optimizeDeps: { noDiscovery: true },
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'default'] } },
});
try {
  const { measureLoad } = await server.ssrLoadModule(fileURLToPath(new URL('index.ts', import.meta.url)));
  console.log(JSON.stringify(await measureLoad(model, Number(rounds)), null, 2));
} finally {
  await server.close();
}
