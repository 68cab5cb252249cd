/** The folders that end-to-end runs load: one pair classifier, as we and as transformers.js read it. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toTokenizerJson } from '@albert-web/tokenizer';
import { readConfig, type AlbertConfig } from '@albert-web/core';
import type { Checkpoint } from '@albert-web/checkpoints';
import {
  exportOnnx,
  loadCheckpoint,
  openModel,
  quantizeCheckpoint,
  weightReader,
  writeSafetensors,
} from '@albert-web/checkpoints';
import { randomCheckpoint } from '../model/random-model.ts';
import { configOf } from '../model/shapes.ts';

export interface ModelFolders {
  /** Holds `q8/`. */
  readonly path: string;
  remove(): Promise<void>;
}

/** An int8 pair classifier. */
export interface PairClassifier {
  readonly config: AlbertConfig;
  readonly checkpoint: Checkpoint;
}

/** The base shape with random weights: what the other figures of a run are of. */
export function randomBase(): PairClassifier {
  const config = configOf('base');
  return { config, checkpoint: quantizeCheckpoint(randomCheckpoint(config), 'q8').checkpoint };
}

/** A trained model as it ships. */
export async function shippedModel(folder: string): Promise<PairClassifier> {
  const files = await openModel(folder);
  return { config: readConfig(await files.readJson('config.json')), checkpoint: await loadCheckpoint(files) };
}

/** @param tokenizer folder with `spiece.model` and `tokenizer_config.json`. */
export async function writeModelFolders(
  { config, checkpoint }: PairClassifier,
  tokenizer: string,
): Promise<ModelFolders> {
  const path = await mkdtemp(join(tmpdir(), 'albert-bench-'));
  const spiece = new Uint8Array(await readFile(join(tokenizer, 'spiece.model')));
  const tokenizerConfig = JSON.parse(await readFile(join(tokenizer, 'tokenizer_config.json'), 'utf8')) as object;
  const json = (value: unknown): string => JSON.stringify(value);
  // transformers.js's name of the int8 model.
  const onnx = exportOnnx({ config, weights: weightReader(checkpoint), precision: 'q8' });
  const files: Record<string, string | Uint8Array> = {
    'config.json': json(config),
    'model.safetensors': writeSafetensors(checkpoint),
    'tokenizer.json': json(toTokenizerJson(spiece, tokenizerConfig)),
    'tokenizer_config.json': json({ ...tokenizerConfig, tokenizer_class: 'AlbertTokenizer' }),
    'spiece.model': spiece,
    'onnx/model_quantized.onnx': onnx,
  };
  await mkdir(join(path, 'q8/onnx'), { recursive: true });
  for (const [name, contents] of Object.entries(files)) await writeFile(join(path, 'q8', name), contents);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
