import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tinyConfig } from '../../test/training-run.ts';

/** Writes the configuration of a model that memorizes a dozen examples in seconds. Returns its path. */
export async function writeMemorizingModel(folder: string): Promise<string> {
  const file = join(folder, 'memorizing.json');
  const sizes = { hidden_size: 32, intermediate_size: 64, max_position_embeddings: 160 };
  await writeFile(file, JSON.stringify({ ...tinyConfig, ...sizes, hidden_dropout_prob: 0 }));
  return file;
}
