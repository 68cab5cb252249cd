import type { ModelFiles } from '@albert-web/checkpoints';
import type { WrittenFormat } from '@albert-web/core/spec';
import { listSentenceModules, loadCheckpoint, quantizeCheckpoint, writeSafetensors } from '@albert-web/checkpoints';
import type { ModelFolder } from './folder.ts';

/**
 * Copies the modules of a sentence encoder in the layout of sentence-transformers, with the encoder in the root. Does nothing for
 * other models.
 *
 * @param precision precision of the weights of dense layers
 * @throws SentenceModuleError for an invalid `modules.json`, and what loading a checkpoint throws
 */
export async function copySentenceModules(
  files: ModelFiles,
  folder: ModelFolder,
  precision: WrittenFormat,
): Promise<void> {
  const modules = await listSentenceModules(files);
  if (!modules) return;
  const list = modules.map(({ type, name, path }, idx) => ({
    idx,
    name: String(idx),
    path: name === 'Transformer' ? '' : path,
    type,
  }));
  await folder.write('modules.json', `${JSON.stringify(list, null, 2)}\n`);
  for (const { name, path } of modules) {
    // The encoder has already been written; other modules may have no configuration.
    if (name === 'Transformer') continue;
    const config = `${path}/config.json`;
    if (await files.has(config)) await folder.write(config, await files.readBytes(config));
    if (name !== 'Dense' && name !== 'LayerNorm') continue;
    // A single file, since a layer is small.
    const { checkpoint } = quantizeCheckpoint(await loadCheckpoint(files, { folder: path }), precision);
    await folder.write(`${path}/model.safetensors`, writeSafetensors(checkpoint));
  }
}
