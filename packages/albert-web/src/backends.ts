/**
 * Probing, choosing and self-checking a backend; one executor for each, loaded only when chosen.
 *
 * @packageDocumentation
 */
export * from '@albert-web/backends';
