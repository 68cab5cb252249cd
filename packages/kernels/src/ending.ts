/**
 * Waits for terminated workers to exit. Chromium leaks nested workers when their parent is terminated before they have exited,
 * so `workersEnded` must resolve inside a worker before that worker is terminated.
 */

/** Milliseconds to wait for a worker that does not exit. */
const endTimeout = 5000;

/** Milliseconds for Chromium to notify the parent thread that a worker has exited. */
const settling = 50;

const ending = new Set<Promise<void>>();

/** A unique name for the Web Lock that a worker holds until it exits. */
export const newLifeLock = (): string => `albert-worker-${crypto.randomUUID()}`;

/** Terminates a worker. `workersEnded` then waits for its lock to be released, the only sign that it has exited. */
export function endWorker(worker: Worker, lifeLock: string): void {
  worker.terminate();
  const ended = released(lifeLock).finally(() => ending.delete(ended));
  ending.add(ended);
}

/** Resolves when every terminated worker has exited. */
export async function workersEnded(): Promise<void> {
  await Promise.all(ending);
}

async function released(lock: string): Promise<void> {
  const locks = (navigator as Partial<Navigator>).locks;
  const signal = AbortSignal.timeout(endTimeout);
  await locks?.request(lock, { signal }, () => undefined).catch(() => undefined);
  // This thread is notified slightly after the lock is released.
  await new Promise((resolve) => setTimeout(resolve, settling));
}
