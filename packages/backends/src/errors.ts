import { AlbertError, type Explanation } from '@albert-web/errors';
import type { Rejection, UnavailableReason } from './driver.ts';

/** A backend cannot run on this machine; `message` says why. Backend selection catches it and tries the next one. */
export class BackendUnavailableError extends AlbertError {
  override readonly name = 'BackendUnavailableError';
  override readonly reason: UnavailableReason;

  constructor(explanation: Explanation & { readonly reason: UnavailableReason }, options?: ErrorOptions) {
    super(explanation, options);
    this.reason = explanation.reason;
  }
}

/** None of the allowed backends can run on this machine. */
export class NoBackendError extends AlbertError {
  override readonly name = 'NoBackendError';

  constructor(readonly rejected: readonly Rejection[]) {
    super({
      problem: `No backend could be started (${rejected.map(({ backend, why }) => `${backend}: ${why}`).join('; ')})`,
      remedy: 'Allow another backend, or run in a browser with WebAssembly',
    });
  }
}

/** The backend of a running model was lost, with everything stored on it. Restarting it may help. */
export class BackendLostError extends AlbertError {
  override readonly name: string = 'BackendLostError';
}

/** The GPU device was lost (driver reset, sleep, out of memory), with everything stored on it. */
export class DeviceLostError extends BackendLostError {
  override readonly name: string = 'DeviceLostError';
}

/** The WebAssembly module stopped in the middle of a call, or one of its threads did. Its memory can no longer be trusted. */
export class WasmCrashError extends BackendLostError {
  override readonly name = 'WasmCrashError';
}
