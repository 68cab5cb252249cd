import type { ModelFiles } from '@albert-web/checkpoints';
import type { ModelFolder } from './folder.ts';

/** What lies beside the weights of a model and belongs to it, by its name in the source and in Hugging Face's layout. */
const companions: readonly (readonly [from: string, to: string])[] = [
  ...[
    'spiece.model',
    'tokenizer.json',
    'tokenizer_config.json',
    'special_tokens_map.json',
    'added_tokens.json',
    'vocab.txt',
    'sentence_bert_config.json',
    'config_sentence_transformers.json',
    'paraphrase_calibration.json',
  ].map((path) => [path, path] as const),
  // google-research/albert's name.
  ['30k-clean.model', 'spiece.model'],
];

/** Copies what is there. */
export async function copyCompanions(files: ModelFiles, folder: ModelFolder): Promise<void> {
  for (const [from, to] of companions) {
    if (await files.has(from)) await folder.write(to, await files.readBytes(from));
  }
}
