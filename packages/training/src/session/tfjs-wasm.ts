/** tfjs's own WebAssembly. The published package carries it inside, and puts a module of its own here. */

/** The address of the build with SIMD; undefined where nothing comes along, and tfjs looks beside the script. */
export const tfjsWasm: string | undefined = undefined;
