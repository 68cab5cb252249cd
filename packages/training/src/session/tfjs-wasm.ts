/** tfjs's WebAssembly. The build of the published package replaces this module with one that inlines it. */

/** URL of the SIMD build; undefined if it is not inlined, so that tfjs looks next to the script. */
export const tfjsWasm: string | undefined = undefined;
