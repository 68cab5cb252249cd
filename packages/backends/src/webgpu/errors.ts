/** What can go wrong with a GPU, by name. */
import { AlbertError } from '@albert-web/errors';

/** WebGPU refused a command or a shader: a validation, out-of-memory or internal error that nobody caught. */
export class GpuError extends AlbertError {
  override readonly name = 'GpuError';
}

/** One call needs a larger buffer than the device can bind. */
export class BatchTooLargeError extends AlbertError {
  override readonly name = 'BatchTooLargeError';
}
