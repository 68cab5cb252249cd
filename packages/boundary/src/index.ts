/**
 * Sends what structured cloning cannot copy between a page and its workers: model locations, options with callbacks and
 * signals, and named errors. Also reports failures of the worker itself. Internal: bundled into `albert-web`.
 *
 * @packageDocumentation
 */
export { WorkerError, workerFailure } from './errors.ts';
export { installErrorTransfer } from './error-transfer.ts';
export { absoluteUrl, receiveLocation, sendLocation, sendLocations, type SentLocation } from './location.ts';
export { sendOptions, withOptions, type LiveOptions, type OptionsChannel, type SentOptions } from './options.ts';
