import { AlbertError } from '@albert-web/errors';
import type { Rejection } from './driver.ts';

/** One backend cannot run here; `message` says why. The selector catches it and goes on to the next. */
export class BackendUnavailableError extends AlbertError {
  override readonly name = 'BackendUnavailableError';
}

/** No backend of those allowed can run here. */
export class NoBackendError extends AlbertError {
  override readonly name = 'NoBackendError';

  constructor(readonly rejected: readonly Rejection[]) {
    super({
      problem: `No backend could be started (${rejected.map(({ backend, why }) => `${backend}: ${why}`).join('; ')})`,
      remedy: 'Allow another backend, or run in a browser with WebAssembly',
    });
  }
}

/** What a model runs on is gone in the middle of its life, and everything on it with it: started anew, it may work again. */
export class BackendLostError extends AlbertError {
  override readonly name: string = 'BackendLostError';
}

/** The GPU is gone (driver reset, sleep, too much memory), and everything on it with it. */
export class DeviceLostError extends BackendLostError {
  override readonly name: string = 'DeviceLostError';
}
