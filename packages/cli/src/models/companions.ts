import { optionalFiles, type ModelFiles } from '@albert-web/checkpoints';
import { readTokenizerFiles } from '@albert-web/tokenizer';
import type { ModelFolder } from './folder.ts';

/** What else lies beside the weights of a model and changes its answers. */
const settings = ['sentence_bert_config.json', 'config_sentence_transformers.json', 'paraphrase_calibration.json'];

/** Copies what belongs to a model beside its weights, under Hugging Face's names. */
export async function copyCompanions(files: ModelFiles, folder: ModelFolder): Promise<void> {
  const optional = optionalFiles(files);
  for (const [name, bytes] of await readTokenizerFiles(optional)) await folder.write(name, bytes);
  for (const name of settings) {
    const bytes = await optional.readBytes(name);
    if (bytes) await folder.write(name, bytes);
  }
}
