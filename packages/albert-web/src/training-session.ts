/**
 * Fine-tuning in a page: turns a table into examples, and trains a classifier on them in a worker.
 *
 * @module albert-web/training/session
 */
export * from '@albert-web/training/session';
