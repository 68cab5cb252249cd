/** What a kernel is to the rest of the executor: shader text, the buffers it binds and how many workgroups a call takes. */

/** Sizes of one call. */
export interface CallShape {
  readonly batch: number;
  /** Tokens of a sequence, padding included. */
  readonly length: number;
  /** Rows that are computed: `batch * length`, or `batch` where only first tokens go on. */
  readonly rows: number;
  /** Rows from the hidden state of one of them to the next: 1, or `length` where only first tokens go on. */
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
  /** @param across columns of a product, or heads of attention. */
  workgroups(call: CallShape, across: number): readonly [x: number, y: number, z: number];
}

/** WGSL constants, one a line; whole numbers are `u32`, what is marked `real` is `f32`. */
export function constants(values: Readonly<Record<string, number | { readonly real: number }>>): string {
  return Object.entries(values)
    .map(([name, value]) =>
      typeof value === 'number' ? `const ${name} = ${value}u;` : `const ${name} = f32(${value.real});`,
    )
    .join('\n');
}
