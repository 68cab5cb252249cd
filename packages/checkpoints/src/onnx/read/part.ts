/** What the operations of a graph come to. */
import type { ConstantValue } from './constant.ts';
import type { Matrix } from './linears.ts';

/** `x W^T + b`. */
export interface Linear {
  readonly kind: 'linear';
  readonly weight: Matrix;
  /** `[out]`; undefined where none is added. */
  readonly bias: ConstantValue | undefined;
  /** What comes out, the bias added. */
  readonly output: string;
}

/** A layer normalization. */
export interface Norm {
  readonly kind: 'norm';
  readonly weight: ConstantValue;
  readonly bias: ConstantValue;
}

/** Rows that are looked up. */
export interface Table {
  readonly kind: 'table';
  readonly rows: ConstantValue;
  /** What is looked up. */
  readonly ids: string;
}

/** A product of two values that are both computed. */
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

/** A part that has weights, or that decides which is which. */
export type Part = Linear | Norm | Table | Scores | FusedAttention;

/** Softmax of query by key, times value. */
export interface Attention {
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
}

/** The parts of a graph, each kind in the order in which it runs. */
export interface Parts {
  readonly linears: readonly Linear[];
  readonly norms: readonly Norm[];
  readonly tables: readonly Table[];
  readonly attentions: readonly Attention[];
}
