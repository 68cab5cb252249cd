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

/** The GPU is gone (driver reset, sleep, too much memory), and everything on it with it. */
export class DeviceLostError extends AlbertError {
  override readonly name: string = 'DeviceLostError';
}
