/** The description of a kernel: its shader text, the buffers it binds, and the workgroups of a call. */

/** Sizes of one call. */
export interface CallShape {
  readonly batch: number;
  /** Tokens per sequence, including padding. */
  readonly length: number;
  /** Rows to compute: `batch * length`, or `batch` if only first tokens are computed. */
  readonly rows: number;
  /** Distance between the hidden states of these rows: 1, or `length` if only first tokens are computed. */
  readonly stride: number;
}

/** How a shader uses a buffer. */
export type BindingKind = 'uniform' | 'read' | 'write';

/** A kernel before compilation. Bindings are those of `@group(0)`, by number. */
export interface Program {
  /** The kernel's name in profiles and in WebGPU's messages. */
  readonly name: string;
  readonly code: string;
  readonly bindings: Readonly<Record<number, BindingKind>>;
  /** Returns the workgroups of a call. @param across columns of a product, or heads of attention */
  workgroups(call: CallShape, across: number): readonly [x: number, y: number, z: number];
}

/** Returns WGSL constants, one per line: numbers are `u32`, those marked `real` are `f32`. */
export function constants(values: Readonly<Record<string, number | { readonly real: number }>>): string {
  return Object.entries(values)
    .map(([name, value]) =>
      typeof value === 'number' ? `const ${name} = ${value}u;` : `const ${name} = f32(${value.real});`,
    )
    .join('\n');
}
