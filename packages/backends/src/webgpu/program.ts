/** What a kernel is to the rest of the executor: shader text, the buffers it binds and how many workgroups a call takes. */

/** Sizes of one call; everything else about a kernel is fixed when its pipeline is compiled. */
export interface CallShape {
  readonly batch: number;
  /** Tokens of a sequence, padding included. */
  readonly length: number;
  /** `batch * length`. */
  readonly rows: number;
}

/** How a shader uses a buffer: `call` is the uniform of `call.wgsl`. */
export type BindingKind = 'call' | 'read' | 'write';

/** A kernel before compilation. Bindings are those of `@group(0)`, by number. */
export interface Program {
  /** The kernel's name in profiles and in WebGPU's messages. */
  readonly name: string;
  readonly code: string;
  readonly bindings: Readonly<Record<number, BindingKind>>;
  workgroups(call: CallShape): readonly [x: number, y: number, z: number];
}

/** WGSL constants, one a line; whole numbers are `u32`, what is marked `real` is `f32`. */
export function constants(values: Readonly<Record<string, number | { readonly real: number }>>): string {
  return Object.entries(values)
    .map(([name, value]) =>
      typeof value === 'number' ? `const ${name} = ${value}u;` : `const ${name} = f32(${value.real});`,
    )
    .join('\n');
}

/** Number of four-wide vectors that hold `size` values. */
export const vectorsOf = (size: number): number => Math.ceil(size / 4);

/** Columns over which one pair of moments is taken: see `matmul/finish-residual.wgsl`. */
export const momentColumns = 32;

/** Pairs of moments in one row of `hidden` columns. */
export const momentGroups = (hidden: number): number => Math.ceil(hidden / momentColumns);
