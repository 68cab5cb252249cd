/**
 * Calls in flight to a worker or to a device, so that they can be rejected when it crashes, is lost, or is terminated; some of their
 * promises would never settle. `Promise.race` with one long-lived promise would leak every result until then.
 */
export class PendingCalls<Reason = unknown> {
  readonly #pending = new Set<(reason: Reason) => void>();
  #rejection: { readonly reason: Reason } | undefined;

  /** Why all calls are rejected; undefined until then. */
  get reason(): Reason | undefined {
    return this.#rejection?.reason;
  }

  /** Settles like `work`, or rejects first with the reason of `rejectAll` or of the signal. */
  guard<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (answer: () => void): void => {
        this.#pending.delete(fail);
        signal?.removeEventListener('abort', abort);
        answer();
      };
      const fail = (reason: unknown): void => settle(() => reject(reason));
      const abort = (): void => fail(signal?.reason);
      this.#pending.add(fail);
      signal?.addEventListener('abort', abort);
      // Also handles a call that was rejected below and fails later.
      work.then((value) => settle(() => resolve(value)), fail);
      if (this.#rejection) fail(this.#rejection.reason);
      else if (signal?.aborted) abort();
    });
  }

  /** Rejects all calls in flight and all future calls. Only the first reason counts. */
  rejectAll(reason: Reason): void {
    this.#rejection ??= { reason };
    for (const fail of this.#pending) fail(this.#rejection.reason);
  }
}
