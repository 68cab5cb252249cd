/** Errors for when WebAssembly cannot run. */
import { AlbertError, type Explanation } from '@albert-web/errors';

/** Why the WebAssembly module does not run. */
export type WasmStartReason =
  /** The engine has no SIMD. */
  | { readonly code: 'missing' }
  /** Its file could not be fetched, or must not be compiled. */
  | { readonly code: 'not-loaded'; readonly file: string };

/** The WebAssembly module cannot run in this engine, or its file could not be loaded. */
export class WasmStartError extends AlbertError {
  override readonly name = 'WasmStartError';
  override readonly reason: WasmStartReason;

  constructor(explanation: Explanation & { readonly reason: WasmStartReason }, options?: ErrorOptions) {
    super(explanation, options);
    this.reason = explanation.reason;
  }
}

/** A model or a batch needs more memory than WebAssembly can allocate. */
export class WasmMemoryError extends AlbertError {
  override readonly name = 'WasmMemoryError';
}
