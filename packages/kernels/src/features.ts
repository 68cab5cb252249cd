/** Detects the features of this engine's WebAssembly, by validating the smallest module that needs each. */

/** Magic number, version, and one function type `() -> ()`. */
const head = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0];

/** Makes a module whose only function has this body and no locals. */
const moduleOf = (...body: number[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([...head, 3, 2, 1, 0, 10, body.length + 4, 1, body.length + 2, 0, ...body, 11]);

const zeroVector = [0xfd, 12, ...Array.from({ length: 16 }, () => 0)];
const drop = 26;

/** Returns whether there are 128-bit vectors. */
export function hasSimd(): boolean {
  return validates(moduleOf(...zeroVector, drop));
}

/** Returns whether there are fused multiply-add and the int8 dot product, `i32x4.relaxed_dot_i8x16_i7x16_add_s`. */
export function hasRelaxedSimd(): boolean {
  return validates(moduleOf(...zeroVector, ...zeroVector, ...zeroVector, 0xfd, 0x93, 2, drop));
}

/** Returns whether the page is served with the COOP and COEP headers; true outside of pages, where none are needed. */
export function isIsolated(): boolean {
  return (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated ?? true;
}

/** Returns whether there are atomics, and this page or process may create shared memory and send it to its workers. */
export function hasThreads(): boolean {
  return isIsolated() && typeof SharedArrayBuffer === 'function' && validates(moduleOf(0xfe, 3, 0));
}

function validates(module: Uint8Array<ArrayBuffer>): boolean {
  return typeof WebAssembly === 'object' && WebAssembly.validate(module);
}
