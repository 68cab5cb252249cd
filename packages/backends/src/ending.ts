/**
 * Workers that were told to end. Chromium leaves the workers of a worker behind when it is terminated before they are gone, so
 * whoever is about to end a worker waits for `workersEnded` in it first.
 */

/** Waiting longer than this (ms) would keep a page from ending a worker that is stuck. */
const endTimeout = 5000;

/** Milliseconds that Chromium has to tell a thread of the end of its worker. */
const settling = 50;

const ending = new Set<Promise<void>>();

/** A name for a lock that a worker is to hold for as long as it lives. */
export const newLifeLock = (): string => `albert-worker-${crypto.randomUUID()}`;

/** Terminates a worker, and has `workersEnded` wait until it has let go of its lock: nothing else tells that it is gone. */
export function endWorker(worker: Worker, lifeLock: string): void {
  worker.terminate();
  const ended = released(lifeLock).finally(() => ending.delete(ended));
  ending.add(ended);
}

/** Resolves when every worker that was told to end is gone. */
export async function workersEnded(): Promise<void> {
  await Promise.all(ending);
}

async function released(lock: string): Promise<void> {
  const locks = (navigator as Partial<Navigator>).locks;
  const signal = AbortSignal.timeout(endTimeout);
  await locks?.request(lock, { signal }, () => undefined).catch(() => undefined);
  // Its end is still to be told to this thread, which does the rest of the work.
  await new Promise((resolve) => setTimeout(resolve, settling));
}
