import { AlbertError } from '@albert-web/errors';
import type { Checkpoint } from '../checkpoint.ts';

/** A safetensors file does not follow its format. */
export class SafetensorsError extends AlbertError {
  override readonly name = 'SafetensorsError';
}

/** Parses one safetensors file; tensors are views into `bytes`. */
export declare function parseSafetensors(bytes: Uint8Array<ArrayBuffer>, file?: string): Checkpoint;
