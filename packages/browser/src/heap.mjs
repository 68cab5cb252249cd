// Polls the JavaScript heap of a page in Chromium from outside.

/**
 * Collects garbage before each file is hashed, so that the amount of garbage is about the same each time, even on a busy machine.
 * Buffers are freed in the background after a collection; the second collection waits for that.
 *
 * Pauses before a buffer is transferred. Memory peaks there, in the middle of a task, during which the page cannot be polled.
 */
export const collectAndPause = `{
  const { digest } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.digest = function (...args) {
    gc();
    gc();
    return digest.apply(this, args);
  };
  const { transfer } = ArrayBuffer.prototype;
  ArrayBuffer.prototype.transfer = function (...args) {
    debugger;
    return transfer.apply(this, args);
  };
}`;

/** Returns the sizes before and after `work`, both after a garbage collection, and the largest in between. */
export async function watchHeap(devtools, work) {
  // Enabled before the first look, because the debugger itself takes memory.
  await devtools.send('Debugger.enable');
  const before = await settledHeap(devtools);
  const peak = await highestHeap(devtools, work);
  return { before, peak, after: await settledHeap(devtools) };
}

/** Returns the largest sizes seen while `work` runs. It polls as often as the page answers, and whenever it pauses. */
async function highestHeap(devtools, work) {
  const highest = { all: 0, buffers: 0 };
  const look = async () => {
    const { all, buffers } = await heap(devtools);
    highest.all = Math.max(highest.all, all);
    highest.buffers = Math.max(highest.buffers, buffers);
  };
  const pauses = [];
  devtools.on('Debugger.paused', () => pauses.push(look().then(() => devtools.send('Debugger.resume'))));
  const ended = new AbortController();
  const done = work().finally(() => ended.abort());
  while (!ended.signal.aborted) await look();
  await Promise.all([done, ...pauses]);
  return highest;
}

async function settledHeap(devtools) {
  await devtools.send('HeapProfiler.collectGarbage');
  return heap(devtools);
}

async function heap(devtools) {
  const { usedSize, backingStorageSize = NaN } = await devtools.send('Runtime.getHeapUsage');
  return { all: usedSize + backingStorageSize, buffers: backingStorageSize };
}
