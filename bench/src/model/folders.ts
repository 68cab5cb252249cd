/** Writes the folder of a model, as this project loads it and as transformers.js does. */
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeShardedCheckpoint } from '@albert-web/checkpoints';
import type { Model } from './shapes.ts';
import { filesForTransformers } from './transformers-files.ts';

/** Writes shards, a tokenizer and the configuration. @param tokenizer folder with `spiece.model` and `tokenizer_config.json` */
export async function writeOurs(folder: string, { config, checkpoint }: Model, tokenizer: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { path, bytes } of await writeShardedCheckpoint(checkpoint)) await writeFile(join(folder, path), bytes);
  for (const name of ['spiece.model', 'tokenizer_config.json'])
    await copyFile(join(tokenizer, name), join(folder, name));
  // Written last, so that a folder that has it is complete.
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
}

/** Writes an int8 ONNX file, `tokenizer.json` and the configuration. @param tokenizer as in {@link writeOurs} */
export async function writeTheirs(folder: string, model: Model, tokenizer: string): Promise<void> {
  const spiece = new Uint8Array(await readFile(join(tokenizer, 'spiece.model')));
  const settings = JSON.parse(await readFile(join(tokenizer, 'tokenizer_config.json'), 'utf8')) as object;
  const files = { ...filesForTransformers(model, spiece, settings), 'config.json': JSON.stringify(model.config) };
  for (const [name, contents] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  }
}

/** Returns the bytes of the shards and their index in a folder of {@link writeOurs}, and of the files `others` in it. */
export async function weightBytes(folder: string, others: readonly string[] = []): Promise<number> {
  const shards = (await readdir(folder)).filter((name) => name.includes('safetensors'));
  const sizes = await Promise.all([...shards, ...others].map((name) => stat(join(folder, name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
