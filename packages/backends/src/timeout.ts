import { BackendUnavailableError } from './errors.ts';

/** The most milliseconds that a timer can wait; one with a longer delay fires at once. */
const longestTimer = 2 ** 31 - 1;

/**
 * Settles like the promise, but rejects if it takes too long: some drivers never answer a request for an adapter.
 *
 * @param milliseconds from now
 * @param what the subject of the error message
 * @throws BackendUnavailableError
 */
export async function withTimeout<T>(promise: Promise<T>, milliseconds: number, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new BackendUnavailableError({
            problem: `${what} took longer than ${milliseconds} ms`,
            remedy: 'Raise the option probeTimeout if the machine is only slow, or choose another backend',
            reason: { code: 'timeout', milliseconds },
          }),
        ),
      Math.min(milliseconds, longestTimer),
    );
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}
