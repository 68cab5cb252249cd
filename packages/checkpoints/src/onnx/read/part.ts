/** Types for the parts that the operations of a graph form. */
import type { ConstantValue } from './constant.ts';
import type { Matrix } from './linears.ts';

/** `x W^T + b`. */
export interface Linear {
  readonly kind: 'linear';
  readonly weight: Matrix;
  /** `[out]`; undefined if there is none. */
  readonly bias: ConstantValue | undefined;
  /** The result, including the bias. */
  readonly output: string;
}

/** A layer normalization. */
export interface Norm {
  readonly kind: 'norm';
  readonly weight: ConstantValue;
  readonly bias: ConstantValue;
}

/** An embedding lookup. */
export interface Table {
  readonly kind: 'table';
  readonly rows: ConstantValue;
  /** The ids to look up. */
  readonly ids: string;
}

/** A product of two computed values. */
export interface Scores {
  readonly kind: 'product';
  readonly left: string;
  readonly right: string;
}

/** Softmax of query by key, times value, in one operation. */
export interface FusedAttention {
  readonly kind: 'attention';
  readonly inputs: readonly [query: string, key: string, value: string];
}

/** A part that has weights or helps to identify them. */
export type Part = Linear | Norm | Table | Scores | FusedAttention;

/** Softmax of query by key, times value. */
export interface Attention {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
}

/** The parts of a graph by kind, in execution order. */
export interface Parts {
  readonly linears: readonly Linear[];
  readonly norms: readonly Norm[];
  readonly tables: readonly Table[];
  readonly attentions: readonly Attention[];
}
