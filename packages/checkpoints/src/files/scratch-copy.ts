import { allocate } from '@albert-web/errors';
import { shardBytes } from './shard-bytes.ts';

/** A weak reference, so that the memory is freed when loading has ended. */
let memory = new WeakRef(new Uint8Array(0));

/**
 * Returns a copy of some bytes, valid until the next call, for browser functions that copy their input before they return:
 * `digest` and `Response`.
 *
 * Chromium keeps the memory of a buffer that such a function has read until the next garbage collection, even if the buffer is
 * detached before that. With one buffer for all files, that does not matter. Files larger than a shard are not copied.
 */
export function scratchCopy(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (bytes.length > shardBytes) return bytes;
  let shared = memory.deref();
  if (!shared || bytes.length > shared.length) {
    // A power of two, so that files that are a little larger each time do not leave a buffer each.
    shared = allocate(Uint8Array, 2 ** Math.ceil(Math.log2(bytes.length)));
    memory = new WeakRef(shared);
  }
  shared.set(bytes);
  return shared.subarray(0, bytes.length);
}
