/**
 * What crosses between a page and a worker of its own, besides what structured cloning knows: model locations, named
 * errors, and the worker's own failure. For pages that do more in a worker than `load` does.
 *
 * @packageDocumentation
 */
export { workerFailure } from './errors.ts';
export { installErrorTransfer } from './error-transfer.ts';
export { receiveLocation, sendLocation, type SentLocation } from './location.ts';
