/** The cache: opens the store, checks for a model, and asks the browser to keep it. */
import { runsInNode } from '@albert-web/core/runtime';
import { listSentenceModules } from '../sentence/modules.ts';
import { indexFile, readShardIndex } from '../safetensors/shard-index.ts';
import { openCacheApiStore } from './cache-api-store.ts';
import { openFolderStore } from './folder-store.ts';
import type { FileStore } from './store.ts';
import { inFolder } from './path.ts';
import type { FileIdentity, ModelFiles } from './types.ts';
import { MissingFileError } from '../errors.ts';

/** Opens the store of this environment; undefined if there is none. */
export async function openStore(cacheFolder: string | undefined): Promise<FileStore | undefined> {
  if (!runsInNode()) return openCacheApiStore();
  return openFolderStore(cacheFolder ?? (await defaultCacheFolder()));
}

/** Returns `$XDG_CACHE_HOME/albert-web`, by default `~/.cache/albert-web`. */
async function defaultCacheFolder(): Promise<string> {
  const { homedir } = await import('node:os');
  const path = await import('node:path');
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'albert-web');
}

/** A model has at least one of these. */
const tokenizerFiles = ['spiece.model', 'tokenizer.json', 'vocab.txt'];

/** Whether a file is in the cache. */
type IsCached = (path: string, identity: FileIdentity | undefined) => Promise<boolean>;

/**
 * Whether all files of a model are in the cache: configuration, tokenizer, all weights, and the modules of a sentence encoder.
 *
 * @param files the cached files of the model, and nothing else
 */
export async function isModelCached(files: ModelFiles, isCached: IsCached): Promise<boolean> {
  const tokenizers = await Promise.all(tokenizerFiles.map((file) => files.has(file)));
  if (!tokenizers.includes(true)) return false;
  const modules = (await listSentenceModules(files)) ?? [];
  const behind = modules.filter(({ name, path }) => path !== '' && name !== 'Normalize');
  const configs = ['', ...behind.map(({ path }) => path)].map((folder) => files.has(inFolder(folder, 'config.json')));
  const weights = ['', ...behind.filter(({ name }) => name === 'Dense').map(({ path }) => path)];
  const cached = await Promise.all([...configs, ...weights.map((folder) => areWeightsCached(files, folder, isCached))]);
  return cached.every(Boolean);
}

async function areWeightsCached(files: ModelFiles, folder: string, isCached: IsCached): Promise<boolean> {
  try {
    const { shards } = readShardIndex(await files.readJson(inFolder(folder, indexFile)));
    const found = shards.map(({ path, identity }) => isCached(inFolder(folder, path), identity));
    return (await Promise.all(found)).every(Boolean);
  } catch (error) {
    if (!(error instanceof MissingFileError)) throw error;
    const found = ['model.safetensors', 'pytorch_model.bin'].map((file) => files.has(inFolder(folder, file)));
    return (await Promise.all(found)).includes(true);
  }
}

/**
 * Asks the browser not to evict this site's storage (`navigator.storage.persist`). Some browsers ask the user.
 *
 * @returns whether the storage is persistent; false if the API is missing
 */
export async function requestPersistence(): Promise<boolean> {
  const storage = (globalThis.navigator as Partial<Navigator> | undefined)?.storage as
    Partial<StorageManager> | undefined;
  return (await storage?.persist?.()) ?? false;
}
