/** The training kernels: plain functions over addresses in the memory of tfjs's WASM backend. They allocate nothing. */
// Asked for by `math.ts`.
// @ts-ignore: decorator
@global const inForeignMemory: bool = true;

export { activate, activateGradient } from './activation';
export { attend, attendGradient } from './attention';
export { dropout } from './dropout';
export { fillRows, gemm, gemmScratch } from './gemm';
export { layerNorm, layerNormGradient } from './layer-norm';
export { addColumnSums } from './matrix';
