/** Size of a shard, as in TensorFlow.js's converter: small enough to download in parallel, and again if a connection breaks. */
export const shardBytes = 4 * 1024 * 1024;
