/** Tells which models are cached, and removes them. Runs in the page, without a worker. */
import { sendLocation, sendLocations } from '@albert-web/boundary';
import type { OpenOptions } from '@albert-web/checkpoints';
import { defaultModel, type Script } from './load.ts';

/** How Hub ids are resolved, as for `load`. */
export type HubOptions = Pick<OpenOptions, 'hubUrl' | 'revision' | 'localPath' | 'allowRemote'>;

/** `isCached` and `clearCache`, as exposed by the script. */
export interface CacheFunctions {
  isCached(location?: string | URL, options?: HubOptions): Promise<boolean>;
  clearCache(location?: string | URL, options?: HubOptions): Promise<void>;
}

/** Creates both functions for a script. */
export function cacheFunctions(script: Script): CacheFunctions {
  return {
    isCached: async (location, options = {}) =>
      (await script.loadCache()).isCached(sendLocation(location ?? defaultModel(script)), sendLocations(options)),
    clearCache: async (location, options = {}) =>
      (await script.loadCache()).clearCache(
        location === undefined ? undefined : sendLocation(location),
        sendLocations(options),
      ),
  };
}
