/**
 * What crosses between a page and a worker of its own, besides what structured cloning knows: model locations, options with
 * callbacks and signals, named errors, and the worker's own failure. Internal: bundled into `albert-web`.
 *
 * @packageDocumentation
 */
export { WorkerError, workerFailure } from './errors.ts';
export { installErrorTransfer } from './error-transfer.ts';
export { absoluteUrl, receiveLocation, sendLocation, sendPlaces, type SentLocation } from './location.ts';
export { sendOptions, withOptions, type LiveOptions, type SentOptions } from './options.ts';
