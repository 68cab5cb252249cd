import { optionalFiles, type ModelFiles } from '@albert-web/checkpoints';
import { readTokenizerFiles } from '@albert-web/tokenizer';
import type { ModelFolder } from './folder.ts';

/** Other files that affect a model's answers: settings of its encoder, and of the model itself. */
const encoderSettings = ['sentence_bert_config.json', 'sentence_albert_config.json'];
const modelSettings = ['config_sentence_transformers.json', 'paraphrase_calibration.json'];

/**
 * Copies a model's other files, with Hugging Face's names.
 *
 * @param encoder the encoder's files, which may be in a folder such as `0_Transformer`
 */
export async function copyCompanions(files: ModelFiles, encoder: ModelFiles, folder: ModelFolder): Promise<void> {
  for (const [name, bytes] of await readTokenizerFiles(optionalFiles(encoder))) await folder.write(name, bytes);
  for (const [source, names] of [
    [encoder, encoderSettings],
    [files, modelSettings],
  ] as const) {
    for (const name of names) {
      const bytes = await optionalFiles(source).readBytes(name);
      if (bytes) await folder.write(name, bytes);
    }
  }
}
