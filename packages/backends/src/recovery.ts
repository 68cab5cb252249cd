/** Recovers from a lost GPU or a crashed WebAssembly module. */
import { BackendLostError } from './errors.ts';

/**
 * Runs `attempt`. If its backend is lost, calls `renew` and retries once.
 *
 * A lost device loses all its tensors, including the caller's inputs, so all of `attempt` is repeated from data on the host.
 * If the backend is lost again during the retry, the error is rethrown.
 *
 * @param attempt must read its results back before it returns: only pending GPU work reports that the device was lost.
 * @param renew recreates what `attempt` uses: selects a backend, then creates the model and its executor.
 */
export async function withRecovery<T>(attempt: () => Promise<T>, renew: () => Promise<void>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof BackendLostError)) throw error;
    await renew();
    return attempt();
  }
}
