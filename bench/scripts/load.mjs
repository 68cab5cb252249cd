/**
 * Measures loading and prints the report: node bench/scripts/load.mjs [MODEL_FOLDER [ROUNDS]].
 *
 * MODEL_FOLDER is by default our default model; its tokenizer is used for the other models too.
 */
import path from 'node:path';
import { withSources } from '@albert-web/build-tools';

const defaultModel = path.join(import.meta.dirname, '../../weights/default');
const [model = defaultModel, rounds = '5'] = process.argv.slice(2);

await withSources(async (load) => {
  const { measureLoad } = await load('bench/src/load/index.ts');
  console.log(JSON.stringify(await measureLoad(model, Number(rounds)), null, 2));
});
