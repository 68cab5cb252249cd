/** Access to the cache from the page itself; loaded on demand. */
export { clearCache, isCached } from '@albert-web/checkpoints';
