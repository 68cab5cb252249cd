/** Which models are kept for the next visit. Answered by the page, without a worker. */
import { sendLocation, sendPlaces } from '@albert-web/boundary';
import type { OpenOptions } from '@albert-web/checkpoints';
import { defaultModel, type Script } from './load.ts';

/** Where a Hub id is looked up; the same as for `load`. */
export type HubOptions = Pick<OpenOptions, 'hubUrl' | 'revision' | 'localPath' | 'allowRemote'>;

/** `isCached` and `clearCache` as the script gives them to pages. */
export interface Kept {
  isCached(location?: string | URL, options?: HubOptions): Promise<boolean>;
  clearCache(location?: string | URL, options?: HubOptions): Promise<void>;
}

/** Both for one script. */
export function keptBeside(script: Script): Kept {
  return {
    isCached: async (location, options = {}) =>
      (await script.loadCache()).isCached(sendLocation(location ?? defaultModel(script)), sendPlaces(options)),
    clearCache: async (location, options = {}) =>
      (await script.loadCache()).clearCache(
        location === undefined ? undefined : sendLocation(location),
        sendPlaces(options),
      ),
  };
}
