/** The models to load: the base shape in q8, as we ship models and as transformers.js reads them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quantizeCheckpoint, writeSafetensors } from '@albert-web/checkpoints';
import { writeOurs, writeTheirs } from '../model/folders.ts';
import { randomCheckpoint } from '../model/random-model.ts';
import { configOf } from '../model/shapes.ts';

/** Writes `ours/`, `theirs/` and `f32.safetensors` into `folder`. @param tokenizer folder with `spiece.model`. */
export async function writeModels(folder: string, tokenizer: string): Promise<void> {
  const config = configOf('base');
  const f32 = randomCheckpoint(config);
  const q8 = quantizeCheckpoint(f32, 'q8').checkpoint;
  await writeOurs(join(folder, 'ours'), { config, checkpoint: q8 }, tokenizer);
  await writeTheirs(join(folder, 'theirs'), { config, checkpoint: f32 }, tokenizer);
  await writeFile(join(folder, 'f32.safetensors'), writeSafetensors(f32));
}
