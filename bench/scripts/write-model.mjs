/**
 * Writes a model with random weights in one of the bench's shapes: node bench/scripts/write-model.mjs SHAPE FOLDER.
 *
 * SHAPE is mini, base, large, xlarge or xxlarge.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withSources } from '@albert-web/build-tools';

const [shape, folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('Pass a shape and a folder: node bench/scripts/write-model.mjs SHAPE FOLDER');
  process.exit(2);
}

await withSources(async (load) => {
  const { configOf } = await load('bench/src/model/shapes.ts');
  const { randomCheckpoint } = await load('bench/src/model/random-model.ts');
  const { writeSafetensors } = await load('packages/checkpoints/src/index.ts');
  const config = configOf(shape);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(path.join(folder, 'model.safetensors'), writeSafetensors(randomCheckpoint(config)));
});
