/**
 * The calls in flight to a worker, so that they can be rejected when it crashes or is terminated. `Promise.race` with one
 * long-lived promise would leak every result until then.
 */
export class OpenCalls {
  readonly #open = new Set<(reason: unknown) => void>();
  #refusal: { readonly reason: unknown } | undefined;

  /** Settles like `call`, or rejects first with the refusal or the signal's reason. */
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
      // Also handles a call that was rejected below and fails later.
      work.then((value) => settle(() => resolve(value)), refuse);
      if (this.#refusal) refuse(this.#refusal.reason);
      else if (signal?.aborted) abort();
    });
  }

  /** Rejects all calls in flight and all future calls. Only the first reason counts. */
  refuse(reason: unknown): void {
    this.#refusal ??= { reason };
    for (const refuse of this.#open) refuse(this.#refusal.reason);
  }
}
