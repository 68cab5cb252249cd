/** Models with random weights for the scripts here, as a site would serve them: shards, configuration and the default model's tokenizer. */
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
    const { quantizeCheckpoint } = await load('packages/checkpoints/src/index.ts');
    const { writeOurs } = await load('bench/src/model/folders.ts');
    const { randomCheckpoint } = await load('bench/src/model/random-model.ts');
    const { configOf } = await load('bench/src/model/shapes.ts');
    // The size of the tokenizer's vocabulary.
    const config = { ...configOf(shape), ...changes, vocab_size: 30_000 };
    const { checkpoint } = quantizeCheckpoint(randomCheckpoint(config), format);
    await writeOurs(folder, { config, checkpoint }, tokenizer);
  });
}

/** Returns the bytes of the shards and their index. */
export function weightBytes(folder) {
  return withSources(async (load) => (await load('bench/src/model/folders.ts')).weightBytes(folder));
}
