/**
 * Probes, selects and self-checks a backend. Each backend has an executor, loaded only when it is selected.
 *
 * @module albert-web/backends
 */
export * from '@albert-web/backends';
