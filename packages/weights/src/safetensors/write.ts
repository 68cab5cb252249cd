import type { Checkpoint } from '../checkpoint.ts';

/** One safetensors file of all tensors, in the map's order. */
export declare function writeSafetensors(checkpoint: Checkpoint): Uint8Array<ArrayBuffer>;
