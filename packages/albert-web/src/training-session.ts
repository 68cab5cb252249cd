/**
 * Fine-tuning in a page: a table becomes examples, and a worker trains a classifier on them.
 *
 * @packageDocumentation
 */
export * from '@albert-web/training/session';
