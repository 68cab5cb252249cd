/** The folders that end-to-end runs load: one classifier of the base shape, as we and as transformers.js read it. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toTokenizerJson } from '@albert-web/tokenizer';
import { exportOnnx, quantizeCheckpoint, weightReader, writeSafetensors } from '@albert-web/weights';
import { randomCheckpoint } from '../model/random-model.ts';
import { configOf } from '../model/shapes.ts';

export interface ModelFolders {
  /** Holds `f32/` and `q8/`. */
  readonly path: string;
  remove(): Promise<void>;
}

/** @param tokenizer folder with `spiece.model` and `tokenizer_config.json`. */
export async function writeModelFolders(tokenizer: string): Promise<ModelFolders> {
  const path = await mkdtemp(join(tmpdir(), 'albert-bench-'));
  const config = configOf('base');
  const f32 = randomCheckpoint(config);
  const checkpoints = { f32, q8: quantizeCheckpoint(f32, 'q8').checkpoint };
  const spiece = new Uint8Array(await readFile(join(tokenizer, 'spiece.model')));
  const tokenizerConfig = await readFile(join(tokenizer, 'tokenizer_config.json'), 'utf8');
  for (const precision of ['f32', 'q8'] as const) {
    const folder = join(path, precision);
    await mkdir(join(folder, 'onnx'), { recursive: true });
    await writeFile(join(folder, 'config.json'), JSON.stringify(config));
    await writeFile(join(folder, 'model.safetensors'), writeSafetensors(checkpoints[precision]));
    await writeFile(
      join(folder, 'tokenizer.json'),
      JSON.stringify(toTokenizerJson(spiece, JSON.parse(tokenizerConfig))),
    );
    await writeFile(
      join(folder, 'tokenizer_config.json'),
      JSON.stringify({ ...JSON.parse(tokenizerConfig), tokenizer_class: 'AlbertTokenizer' }),
    );
    await cp(join(tokenizer, 'spiece.model'), join(folder, 'spiece.model'));
    // transformers.js's names of the two precisions.
    const onnx = precision === 'f32' ? 'model.onnx' : 'model_quantized.onnx';
    await writeFile(join(folder, 'onnx', onnx), exportOnnx({ config, weights: weightReader(f32), precision }));
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
