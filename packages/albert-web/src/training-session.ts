/**
 * Fine-tuning in a page: a table becomes examples, and a worker trains a classifier on them.
 *
 * @module albert-web/training/session
 */
export * from '@albert-web/training/session';
