// Enables relaxed SIMD in Node 20, where it needs a flag. Plain JavaScript, so that scripts can use it before anything is built.
import { setFlagsFromString } from 'node:v8';

/** Sets the flag. Call it before the first WebAssembly module is compiled. Later versions of Node need no flag, and reject it. */
export function allowRelaxedSimd() {
  if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
}
