/**
 * Probing, choosing and self-checking a backend; one executor for each, loaded only when chosen.
 *
 * @module albert-web/backends
 */
export * from '@albert-web/backends';
