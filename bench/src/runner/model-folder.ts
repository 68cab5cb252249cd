/** Writes the folder that end-to-end runs load: an int8 pair classifier, for us and for transformers.js. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '@albert-web/core';
import { loadCheckpoint, openModel, quantizeCheckpoint } from '@albert-web/checkpoints';
import { writeOurs, writeTheirs } from '../model/folders.ts';
import { randomCheckpoint } from '../model/random-model.ts';
import { configOf, type Model } from '../model/shapes.ts';

export interface ModelFolders {
  /** The folder that contains `q8/`. */
  readonly path: string;
  remove(): Promise<void>;
}

/** Returns the base shape with random weights, which the other figures of a run use too. */
export function randomBase(): Model {
  const config = configOf('base');
  return { config, checkpoint: quantizeCheckpoint(randomCheckpoint(config), 'q8').checkpoint };
}

/** Loads a trained model as it ships. */
export async function shippedModel(folder: string): Promise<Model> {
  const files = await openModel(folder);
  return { config: readConfig(await files.readJson('config.json')), checkpoint: await loadCheckpoint(files) };
}

/** @param tokenizer folder with `spiece.model` and `tokenizer_config.json`. */
export async function writeModelFolders(model: Model, tokenizer: string): Promise<ModelFolders> {
  const path = await mkdtemp(join(tmpdir(), 'albert-bench-'));
  const folder = join(path, 'q8');
  await writeOurs(folder, model, tokenizer);
  await writeTheirs(folder, model, tokenizer);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
