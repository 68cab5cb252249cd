import type { Tokenizer } from '@albert-web/tokenizer';
import { loadTokenizer } from '@albert-web/tokenizer';
import type { ModelFiles } from '@albert-web/checkpoints';
import { ifThere } from './if-there.ts';

/** Reads whichever tokenizer files a model has; `spiece.model` first, since it carries the original rules. */
export async function readTokenizer(files: ModelFiles, signal?: AbortSignal): Promise<Tokenizer> {
  const [settings, spiece] = await Promise.all([
    ifThere(files.readJson('tokenizer_config.json', { signal })),
    ifThere(files.readBytes('spiece.model', { signal })),
  ]);
  if (spiece) return loadTokenizer({ 'spiece.model': spiece, 'tokenizer_config.json': settings });
  const json = await ifThere(files.readJson('tokenizer.json', { signal }));
  if (json) return loadTokenizer({ 'tokenizer.json': json, 'tokenizer_config.json': settings });
  const vocabulary = await ifThere(files.readText('vocab.txt', { signal }));
  return loadTokenizer({ 'vocab.txt': vocabulary, 'tokenizer_config.json': settings });
}

/** A tokenizer's files, by the names every ALBERT folder gives them. */
const tokenizerNames = [
  'spiece.model',
  'tokenizer.json',
  'tokenizer_config.json',
  'vocab.txt',
  'special_tokens_map.json',
];

/** The bytes of whichever tokenizer files a model has, by name: what a model trained from it is saved with. */
export async function readTokenizerFiles(files: ModelFiles): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const found = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const name of tokenizerNames) {
    const bytes = await ifThere(files.readBytes(name));
    if (bytes) found.set(name, bytes);
  }
  return found;
}
