import type { Pointer } from '@albert-web/kernels/training';

/** Rows of floats in the kernels' memory. A vector is a matrix of one row. */
export interface Matrix {
  readonly address: Pointer;
  readonly rows: number;
  readonly columns: number;
  /** Floats from one row to the next; more than `columns` if this is a view of another matrix. */
  readonly stride: number;
}

/** Returns a view of some columns of a matrix. */
export function columnsOf({ address, rows, stride }: Matrix, first: number, columns: number): Matrix {
  return { address: address + 4 * first, rows, columns, stride };
}

/** Returns the number of elements. */
export function sizeOf({ rows, columns }: Matrix): number {
  return rows * columns;
}
