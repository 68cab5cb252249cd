import { optionalFiles, type ModelFiles } from '@albert-web/checkpoints';
import { readTokenizerFiles } from '@albert-web/tokenizer';
import type { ModelFolder } from './folder.ts';

/** What else changes a model's answers: the settings of its encoder, and its own. */
const encoderSettings = ['sentence_bert_config.json', 'sentence_albert_config.json'];
const modelSettings = ['config_sentence_transformers.json', 'paraphrase_calibration.json'];

/**
 * Copies what belongs to a model beside its weights, under Hugging Face's names.
 *
 * @param encoder where the encoder lies: the model's own files but for `0_Transformer` and the like
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
