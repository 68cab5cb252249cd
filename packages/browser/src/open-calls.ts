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
      if (this.#refusal) {
        reject(this.#refusal.reason);
        // It may never settle, or fail later with nobody waiting.
        work.catch(() => undefined);
        return;
      }
      const abort = (): void => reject(signal?.reason);
      this.#open.add(reject);
      signal?.addEventListener('abort', abort);
      void work.then(resolve, reject).finally(() => {
        this.#open.delete(reject);
        signal?.removeEventListener('abort', abort);
      });
    });
  }

  /** Rejects everything under way, and everything that comes. Only the first reason counts. */
  refuse(reason: unknown): void {
    this.#refusal ??= { reason };
    for (const reject of this.#open) reject(this.#refusal.reason);
    this.#open.clear();
  }
}
