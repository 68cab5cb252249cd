/** Length of a shard, as TensorFlow.js's converter has it: small enough to download in parallel, and to repeat if a connection breaks. */
export const shardBytes = 4 * 1024 * 1024;
