/** The part of `@litertjs/core` that we use. Its own types (2.5.3) redefine `Float32Array` and `Int32Array` for the whole program. */
export interface CompiledModel {
  run(input: Tensor): Promise<Tensor[]>;
  delete(): void;
}

export declare class Tensor {
  constructor(data: Int32Array, shape: readonly number[]);
  moveTo(accelerator: 'wasm'): Promise<Tensor>;
  toTypedArray(): Float32Array | Int32Array | Uint8Array;
  delete(): void;
}

export declare function loadLiteRt(files: string, options: { readonly threads: boolean }): Promise<unknown>;

export declare function loadAndCompile(
  model: Uint8Array,
  options: {
    readonly accelerator: 'wasm' | 'webgpu';
    readonly cpuOptions: { readonly numThreads: number };
  },
): Promise<CompiledModel>;

export declare function supportsFeature(feature: 'relaxedSimd'): Promise<{ readonly supported: boolean }>;
