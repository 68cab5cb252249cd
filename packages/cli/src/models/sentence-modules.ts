import type { ModelFiles } from '@albert-web/checkpoints';
import type { WrittenFormat } from '@albert-web/core/spec';
import { listSentenceModules, loadCheckpoint, quantizeCheckpoint, writeSafetensors } from '@albert-web/checkpoints';
import type { ModelFolder } from './folder.ts';

/**
 * Copies what a sentence encoder has behind its encoder, as sentence-transformers lays it out; nothing for a model that is none.
 *
 * @param precision that the weights of dense layers are stored in.
 * @throws ConvertError for a `modules.json` that is no list, and what loading a checkpoint throws.
 */
export async function copySentenceModules(
  files: ModelFiles,
  folder: ModelFolder,
  precision: WrittenFormat,
): Promise<void> {
  const modules = await listSentenceModules(files);
  if (!modules) return;
  await folder.write('modules.json', await files.readBytes('modules.json'));
  for (const { name, path } of modules) {
    // The encoder is the model itself, written already; others may have nothing to configure.
    const config = `${path}/config.json`;
    if (path !== '' && (await files.has(config))) await folder.write(config, await files.readBytes(config));
    if (name !== 'Dense') continue;
    // One file: a dense layer is small beside the encoder.
    const { checkpoint } = quantizeCheckpoint(await loadCheckpoint(files, { folder: path }), precision);
    await folder.write(`${path}/model.safetensors`, writeSafetensors(checkpoint));
  }
}
