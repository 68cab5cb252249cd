/**
 * Measures loading and prints the report: node --expose-gc bench/src/load/run.mjs TOKENIZER_FOLDER [ROUNDS].
 *
 * TOKENIZER_FOLDER holds spiece.model and tokenizer_config.json, as weights/default does.
 */
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const [tokenizer = fileURLToPath(new URL('../../../weights/default', import.meta.url)), rounds = '5'] =
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
  console.log(JSON.stringify(await measureLoad(tokenizer, Number(rounds)), null, 2));
} finally {
  await server.close();
}
