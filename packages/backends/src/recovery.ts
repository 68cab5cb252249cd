/** Going on after the GPU went away, or the WebAssembly module crashed. */
import { BackendLostError } from './errors.ts';

/**
 * Runs `attempt`, and once more after `renew` when what it runs on is lost under it.
 *
 * Every tensor on a lost device is lost, the caller's inputs and heads included, so the whole of `attempt` is repeated,
 * from numbers on the CPU side. What is lost again at once is broken: that error is passed on.
 *
 * @param attempt reads its results within: only what waits for the GPU learns that it is gone.
 * @param renew makes what `attempt` uses anew: `selectBackend`, then model and executor.
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
