import type { Tokenizer } from '@albert-web/tokenizer';
import { loadTokenizer } from '@albert-web/tokenizer';
import type { ModelFiles } from '@albert-web/weights';

/** Reads whichever tokenizer files a model has; `spiece.model` first, since it carries the original rules. */
export async function readTokenizer(files: ModelFiles, signal?: AbortSignal): Promise<Tokenizer> {
  const has = (path: string): Promise<boolean> => files.has(path, { signal });
  const [spiece, json, vocabulary, settings] = await Promise.all(
    ['spiece.model', 'tokenizer.json', 'vocab.txt', 'tokenizer_config.json'].map(has),
  );
  const bytes = spiece ? await files.readBytes('spiece.model', { signal }) : undefined;
  return loadTokenizer({
    'spiece.model': bytes,
    'tokenizer.json': json && !spiece ? await files.readJson('tokenizer.json', { signal }) : undefined,
    'vocab.txt': vocabulary && !spiece && !json ? await files.readText('vocab.txt', { signal }) : undefined,
    'tokenizer_config.json': settings ? await files.readJson('tokenizer_config.json', { signal }) : undefined,
  });
}
