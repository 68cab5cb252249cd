/** The cache as users see it: is a model in it, remove it, ask the browser to keep it. */
import { indexFile, readShardIndex } from '../safetensors/shard-index.ts';
import { openCacheApiStore } from './cache-api-store.ts';
import { cachedSource, cacheKey } from './cached.ts';
import { openFolderStore } from './folder-store.ts';
import { runsInNode } from './folder.ts';
import { modelFiles } from './model-files.ts';
import type { FileStore } from './store.ts';
import { MissingFileError } from './types.ts';
import type { UrlSource } from './url.ts';

/** The store of this place; undefined where nothing can be kept. */
export async function openStore(cacheFolder: string | undefined): Promise<FileStore | undefined> {
  if (!runsInNode()) return openCacheApiStore();
  return openFolderStore(cacheFolder ?? (await defaultCacheFolder()));
}

/** `$XDG_CACHE_HOME/albert-web`, by default `~/.cache/albert-web`. */
async function defaultCacheFolder(): Promise<string> {
  const { homedir } = await import('node:os');
  const path = await import('node:path');
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'albert-web');
}

/** Whether configuration and all weights of a model are kept. */
export async function isModelCached(source: UrlSource, store: FileStore): Promise<boolean> {
  const files = modelFiles(cachedSource(source, store, { localOnly: true, onWarning: () => undefined }));
  if (!(await files.has('config.json'))) return false;
  try {
    const { shards } = readShardIndex(await files.readJson(indexFile));
    const found = await Promise.all(shards.map(({ path, identity }) => store.has(cacheKey(source, path, identity))));
    return found.every(Boolean);
  } catch (error) {
    if (error instanceof MissingFileError) return files.has('model.safetensors');
    throw error;
  }
}

/**
 * Asks the browser not to evict what this site keeps (`navigator.storage.persist`); some browsers ask the user.
 *
 * @returns whether it will be kept; false where nobody can be asked.
 */
export async function requestPersistence(): Promise<boolean> {
  const storage = (globalThis.navigator as Partial<Navigator> | undefined)?.storage as
    Partial<StorageManager> | undefined;
  return (await storage?.persist?.()) ?? false;
}
