/** Sizes as kernels read them: see `sizes.wgsl`. */

/** Returns the number of four-wide vectors for `size` values. */
export const vectorsOf = (size: number): number => Math.ceil(size / 4);

/** Columns per pair of moments: see `matmul/finish-residual.wgsl`. */
export const momentColumns = 32;

/** Returns the pairs of moments in one row of `hidden` columns. */
export const momentGroups = (hidden: number): number => Math.ceil(hidden / momentColumns);

/** Sizes of a product `[rows, depth] x [depth, columns]` in a model, without padding. */
export interface Sizes {
  readonly depth: number;
  readonly columns: number;
  readonly hidden: number;
  /** `layer_norm_eps` */
  readonly epsilon: number;
}

/** Packs the uniform `Sizes`. */
export function packSizes({ depth, columns, hidden, epsilon }: Sizes): Uint32Array<ArrayBuffer> {
  const packed = new Uint32Array([
    ...[depth, columns, hidden].flatMap((size) => [size, vectorsOf(size)]),
    momentGroups(hidden),
    0,
  ]);
  new Float32Array(packed.buffer)[7] = epsilon;
  return packed;
}
