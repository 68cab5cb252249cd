import type { ModelFiles } from '@albert-web/checkpoints';
import type { WrittenFormat } from '@albert-web/core/spec';
import { listSentenceModules, loadCheckpoint, quantizeCheckpoint, writeSafetensors } from '@albert-web/checkpoints';
import type { ModelFolder } from './folder.ts';

/**
 * Copies what a sentence encoder has behind its encoder, as sentence-transformers lays it out, with the encoder in the
 * folder's root; nothing for a model that is none.
 *
 * @param precision that the weights of dense layers are stored in.
 * @throws SentenceModuleError for a `modules.json` that is no list, and what loading a checkpoint throws.
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
    // The encoder is the model itself, written already; others may have nothing to configure.
    if (name === 'Transformer') continue;
    const config = `${path}/config.json`;
    if (await files.has(config)) await folder.write(config, await files.readBytes(config));
    if (name !== 'Dense' && name !== 'LayerNorm') continue;
    // One file: a layer is small beside the encoder.
    const { checkpoint } = quantizeCheckpoint(await loadCheckpoint(files, { folder: path }), precision);
    await folder.write(`${path}/model.safetensors`, writeSafetensors(checkpoint));
  }
}
