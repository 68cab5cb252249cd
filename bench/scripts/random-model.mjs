/** Models with random weights for the scripts here, as a site would serve them: shards, configuration, the default model's tokenizer. */
import { copyFile, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withSources } from '@albert-web/build-tools';

const tokenizer = path.join(import.meta.dirname, '../../weights/default');

/**
 * @param shape one of `bench/src/model/shapes.ts`
 * @param format `f32`, `q8` or `q4`
 * @param changes fields of the configuration
 */
export async function writeRandomModel(folder, shape, format, changes = {}) {
  await withSources(async (load) => {
    const { quantizeCheckpoint, writeShardedCheckpoint } = await load('packages/checkpoints/src/index.ts');
    const { randomCheckpoint } = await load('bench/src/model/random-model.ts');
    const { configOf } = await load('bench/src/model/shapes.ts');
    // As many words as the tokenizer has.
    const config = { ...configOf(shape), ...changes, vocab_size: 30_000 };
    const files = await writeShardedCheckpoint(quantizeCheckpoint(randomCheckpoint(config), format).checkpoint);
    await mkdir(folder, { recursive: true });
    for (const { path: name, bytes } of files) await writeFile(path.join(folder, name), bytes);
    for (const name of ['spiece.model', 'tokenizer_config.json']) {
      await copyFile(path.join(tokenizer, name), path.join(folder, name));
    }
    // Last, so that a folder with it is complete.
    await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
  });
}

/** Bytes of the shards and their index. */
export async function weightBytes(folder) {
  const names = (await readdir(folder)).filter((name) => name.includes('safetensors'));
  const sizes = await Promise.all(names.map((name) => stat(path.join(folder, name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
