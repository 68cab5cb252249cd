/**
 * What is under way at a worker, so that it can be refused when the worker dies or ends. `Promise.race` against one long
 * promise would keep every answer until then.
 */
export class OpenCalls {
  readonly #open = new Set<(reason: unknown) => void>();
  #refusal: { readonly reason: unknown } | undefined;

  /** The same promise, or the refusal or the signal's reason if that comes first. */
  guard<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (answer: () => void): void => {
        this.#open.delete(refuse);
        signal?.removeEventListener('abort', abort);
        answer();
      };
      const refuse = (reason: unknown): void => settle(() => reject(reason));
      const abort = (): void => refuse(signal?.reason);
      this.#open.add(refuse);
      signal?.addEventListener('abort', abort);
      // Also what is refused below: it may fail later, with nobody waiting.
      work.then((value) => settle(() => resolve(value)), refuse);
      if (this.#refusal) refuse(this.#refusal.reason);
      else if (signal?.aborted) abort();
    });
  }

  /** Rejects everything under way, and everything that comes. Only the first reason counts. */
  refuse(reason: unknown): void {
    this.#refusal ??= { reason };
    for (const refuse of this.#open) refuse(this.#refusal.reason);
  }
}
