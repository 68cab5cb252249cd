/** Sizes as kernels take them: see `sizes.wgsl`. */

/** Number of four-wide vectors that hold `size` values. */
export const vectorsOf = (size: number): number => Math.ceil(size / 4);

/** Columns over which one pair of moments is taken: see `matmul/finish-residual.wgsl`. */
export const momentColumns = 32;

/** Pairs of moments in one row of `hidden` columns. */
export const momentGroups = (hidden: number): number => Math.ceil(hidden / momentColumns);

/** True sizes of a product `[rows, depth] x [depth, columns]` in a model, without padding. */
export interface Sizes {
  readonly depth: number;
  readonly columns: number;
  readonly hidden: number;
  /** `layer_norm_eps` */
  readonly epsilon: number;
}

/** The bytes of the uniform `Sizes`. */
export function packSizes({ depth, columns, hidden, epsilon }: Sizes): Uint32Array<ArrayBuffer> {
  const packed = new Uint32Array([
    ...[depth, columns, hidden].flatMap((size) => [size, vectorsOf(size)]),
    momentGroups(hidden),
    0,
  ]);
  new Float32Array(packed.buffer)[7] = epsilon;
  return packed;
}
