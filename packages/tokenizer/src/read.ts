import type { AlbertError } from '@albert-web/errors';
import { isRecord, readsJson, unknownTokenizerFields } from './config.ts';
import { loadTokenizer, type TokenizerOptions } from './load.ts';
import type { Tokenizer, TokenizerFiles } from './tokenizer.ts';

/** The source of a model's files. A missing file reads as undefined. */
export interface TokenizerSource {
  /** The bytes of a file. */
  readBytes(path: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** A file's text, in UTF-8. */
  readText(path: string): Promise<string | undefined>;
  /** A parsed JSON file. */
  readJson(path: string): Promise<unknown>;
  /** The error to throw if this file is missing and needed, if the source knows a better one. */
  whyMissing?(path: string): Promise<Error | undefined>;
}

/** Options for reading tokenizer files. */
export interface ReadTokenizerOptions extends TokenizerOptions {
  /** Receives an UnknownFieldWarning for each file with unknown fields. */
  readonly onWarning?: ((warning: AlbertError) => void) | undefined;
}

/**
 * Creates a tokenizer from whichever tokenizer files a model has. If there is a `spiece.model`, `tokenizer.json` is fetched
 * only if {@link loadTokenizer} needs it, because it is the larger file.
 */
export async function readTokenizer(files: TokenizerSource, options: ReadTokenizerOptions = {}): Promise<Tokenizer> {
  const [settings, spiece] = await Promise.all([
    files.readJson('tokenizer_config.json'),
    files.readBytes('spiece.model'),
  ]);
  const json =
    spiece && hasNormalizerFlags(settings) && !readsJson(settings) ? undefined : await files.readJson('tokenizer.json');
  // As in transformers: a config that lists every added token replaces the two older files.
  const older =
    isRecord(settings) && 'added_tokens_decoder' in settings ? [] : ['special_tokens_map.json', 'added_tokens.json'];
  const [map, added] = await Promise.all(older.map((file) => files.readJson(file)));
  const companions = {
    'tokenizer_config.json': settings,
    'special_tokens_map.json': map,
    'added_tokens.json': added,
  };
  for (const warning of unknownTokenizerFields(companions)) options.onWarning?.(warning);
  if (spiece) return loadTokenizer({ 'spiece.model': spiece, 'tokenizer.json': json, ...companions }, options);
  if (json) return loadTokenizer({ 'tokenizer.json': json, ...companions }, options);
  const vocabulary = await files.readText('vocab.txt');
  const found = vocabulary === undefined ? await readOriginal(files) : { 'vocab.txt': vocabulary };
  const why = Object.keys(found).length === 0 ? await files.whyMissing?.('spiece.model') : undefined;
  if (why) throw why;
  return loadTokenizer({ ...found, ...companions }, options);
}

/** Whether the settings contain the flags that the normalizer of `tokenizer.json` would supply. */
const hasNormalizerFlags = (settings: unknown): boolean =>
  isRecord(settings) && 'do_lower_case' in settings && 'keep_accents' in settings;

/** File names of google-research/albert, with Hugging Face's names for the same files. */
export const originalNames: Readonly<Record<string, 'spiece.model' | 'vocab.txt'>> = {
  '30k-clean.model': 'spiece.model',
  'assets/30k-clean.model': 'spiece.model',
  'vocab_chinese.txt': 'vocab.txt',
  'assets/vocab_chinese.txt': 'vocab.txt',
};

async function readOriginal(files: TokenizerSource): Promise<TokenizerFiles> {
  for (const [path, name] of Object.entries(originalNames)) {
    const contents = name === 'vocab.txt' ? await files.readText(path) : await files.readBytes(path);
    if (contents !== undefined) return { [name]: contents };
  }
  return {};
}

/** The usual names of tokenizer files in an ALBERT folder. */
export const tokenizerNames = [
  'spiece.model',
  'tokenizer.json',
  'tokenizer_config.json',
  'vocab.txt',
  'special_tokens_map.json',
  'added_tokens.json',
];

/** Reads a model's tokenizer files, by name, so that they can be saved with a model trained from it. */
export async function readTokenizerFiles(files: TokenizerSource): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const found = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const name of tokenizerNames) {
    const bytes = await files.readBytes(name);
    if (bytes) found.set(name, bytes);
  }
  for (const [path, name] of Object.entries(originalNames)) {
    const bytes = found.has(name) ? undefined : await files.readBytes(path);
    if (bytes) found.set(name, bytes);
  }
  return found;
}
