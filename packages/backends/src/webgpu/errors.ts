/** The named errors of the GPU. */
import { AlbertError } from '@albert-web/errors';

/** WebGPU rejected a command or a shader, with a validation, out-of-memory or internal error. */
export class GpuError extends AlbertError {
  override readonly name = 'GpuError';
}

/** One call needs a larger buffer than the device can bind. */
export class BatchTooLargeError extends AlbertError {
  override readonly name = 'BatchTooLargeError';
}
