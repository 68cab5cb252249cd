/** What is kept of models, asked in the page itself; loaded only when asked for. */
export { clearCache, isCached } from '@albert-web/checkpoints';
