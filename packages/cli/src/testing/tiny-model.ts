import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fixtureUrl } from '@albert-web/testing';

/** A model whose training takes milliseconds a step; with dropout, so that a resumed run must draw as the first one did. */
const config = {
  model_type: 'albert',
  vocab_size: 30000,
  embedding_size: 8,
  hidden_size: 16,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  intermediate_size: 32,
  max_position_embeddings: 64,
  hidden_dropout_prob: 0.1,
};

/** Writes the configuration of a tiny model into a folder. Gives the flags of a training command that draw its weights. */
export async function writeTinyModel(
  folder: string,
): Promise<{ readonly albert_config_file: string; readonly spm_model_file: string }> {
  const file = join(folder, 'config.json');
  await writeFile(file, JSON.stringify(config));
  return { albert_config_file: file, spm_model_file: fileURLToPath(fixtureUrl('tokenizer/spiece.model')) };
}
