/** The folders that are loaded: the base shape in q8, as we ship it and as transformers.js reads it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toTokenizerJson } from '@albert-web/tokenizer';
import {
  exportOnnx,
  quantizeCheckpoint,
  weightReader,
  writeSafetensors,
  writeShardedCheckpoint,
} from '@albert-web/checkpoints';
import { randomCheckpoint } from '../model/random-model.ts';
import { configOf } from '../model/shapes.ts';

/** Writes `ours/`, `theirs/` and `f32.safetensors` into `folder`. @param tokenizer folder with `spiece.model`. */
export async function writeModels(folder: string, tokenizer: string): Promise<void> {
  const config = configOf('base');
  const f32 = randomCheckpoint(config);
  const spiece = new Uint8Array(await readFile(join(tokenizer, 'spiece.model')));
  const settings = JSON.parse(await readFile(join(tokenizer, 'tokenizer_config.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  const ours = [
    ...(await writeShardedCheckpoint(quantizeCheckpoint(f32, 'q8').checkpoint)),
    { path: 'config.json', bytes: JSON.stringify(config) },
    { path: 'spiece.model', bytes: spiece },
    { path: 'tokenizer_config.json', bytes: JSON.stringify(settings) },
  ];
  const theirs = [
    { path: 'onnx/model_quantized.onnx', bytes: exportOnnx({ config, weights: weightReader(f32), precision: 'q8' }) },
    { path: 'config.json', bytes: JSON.stringify(config) },
    { path: 'tokenizer.json', bytes: JSON.stringify(toTokenizerJson(spiece, settings)) },
    { path: 'tokenizer_config.json', bytes: JSON.stringify({ ...settings, tokenizer_class: 'AlbertTokenizer' }) },
  ];
  await mkdir(join(folder, 'ours'), { recursive: true });
  await mkdir(join(folder, 'theirs/onnx'), { recursive: true });
  for (const { path, bytes } of ours) await writeFile(join(folder, 'ours', path), bytes);
  for (const { path, bytes } of theirs) await writeFile(join(folder, 'theirs', path), bytes);
  await writeFile(join(folder, 'f32.safetensors'), writeSafetensors(f32));
}
