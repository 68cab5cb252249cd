/**
 * ALBERT in Node, Bun and Deno: `load` a model into this process and call its methods.
 *
 * ```ts
 * import { load } from 'albert-web';
 * const model = await load(); // @albert-web/model-default, if installed
 * const { paraphrase, probability } = await model.paraphrase('Roman soldiers built the bridge.', 'The bridge was built by Roman soldiers.');
 * ```
 *
 * @packageDocumentation
 */
export * from '@albert-web/tasks';
export * from './errors.ts';
export { clearCache, isCached } from '@albert-web/checkpoints';
export type { LoadProgress, ModelLocation, OpenOptions } from '@albert-web/checkpoints';
export type { Rejection, UnavailableReason } from '@albert-web/backends';
export type { Note, NoteReason } from '@albert-web/core';

/** Registers `<albert-paraphrase>` in a page. Does nothing on a server. */
export function defineElements(): void {
  // There are no custom elements without a DOM.
}
