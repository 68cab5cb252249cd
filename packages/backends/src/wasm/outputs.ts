/** Collects a head's results, row by row, into named outputs on the host. */
import { allocate } from '@albert-web/errors';
import {
  shapeOf,
  type AlbertConfig,
  type BatchSizes,
  type HeadChain,
  type HostOutputs,
  type HostTensor,
} from '@albert-web/core';
import type { Part } from './batch.ts';
import type { ModuleEncoder, Pass } from './encoder.ts';
import type { PackedChain } from './head.ts';

/** Returns where a row of the original batch goes in the outputs, for batches from which rows were dropped. */
export type RowPlaces = (row: number) => number;

/** Where rows and positions go in the outputs. */
export interface OutputPlaces {
  /** Default: the same as in the batch. */
  readonly places?: RowPlaces | undefined;
  /** See `RunRequest`. Default: every position. */
  readonly positions?: readonly (readonly number[])[] | undefined;
}

export class OutputCollector {
  readonly #config: AlbertConfig;
  /** Sizes of the outputs. */
  readonly #sizes: BatchSizes;
  /** Tokens per row of the batch. */
  readonly #length: number;
  /** Places of the requested tokens in the outputs, by position in the batch. Undefined: all tokens, in the batch's order. */
  readonly #wanted: ReadonlyMap<number, number> | undefined;
  readonly #places: RowPlaces;
  /** `[rows, width]` of each chain; rows that are never written stay zero. */
  readonly #results: readonly { readonly packed: PackedChain; readonly values: Float32Array }[];

  constructor(
    config: AlbertConfig,
    chains: readonly PackedChain[],
    sizes: BatchSizes,
    { places = (row) => row, positions }: OutputPlaces = {},
  ) {
    this.#config = config;
    const most = positions && Math.max(...positions.map((row) => row.length));
    this.#length = sizes.length;
    this.#sizes = { ...sizes, length: most ?? sizes.length };
    this.#wanted = positions && placesOf(positions, sizes.length, this.#sizes.length);
    this.#places = places;
    this.#results = chains.map((packed) => {
      const rows = sizes.batch * (packed.chain.reads === 'all' ? this.#sizes.length : 1);
      return { packed, values: allocate(Float32Array, rows * packed.width) };
    });
  }

  /** Applies every chain to the rows of a part. */
  takePart(encoder: ModuleEncoder, pass: Pass, { positions, firsts }: Part): void {
    for (const { packed, values } of this.#results) {
      const put = (row: Float32Array, place: number): void => values.set(row, place * packed.width);
      if (packed.chain.reads === 'first') {
        const rows = firsts.map(({ row }) => row);
        encoder.applyChain(pass, rows, packed, (row, i) => put(row, this.#places(firsts[i]?.sequence ?? NaN)));
      } else {
        const tokens = positions.flatMap((position, row) => {
          const place = this.#placeOf(position);
          return place === undefined ? [] : { row, place };
        });
        const rows = tokens.map(({ row }) => row);
        encoder.applyChain(pass, rows, packed, (row, i) => put(row, tokens[i]?.place ?? NaN));
      }
    }
  }

  /** Returns the place of a token in the outputs, by its position in the batch; undefined if it was not requested. */
  #placeOf(position: number): number | undefined {
    if (this.#wanted) return this.#wanted.get(position);
    return this.#places(Math.floor(position / this.#length)) * this.#length + (position % this.#length);
  }

  /** Does the same for a pass over only the first positions of a part, if every chain reads only those. */
  takeFirsts(encoder: ModuleEncoder, pass: Pass, { firsts }: Part): void {
    for (const { packed, values } of this.#results) {
      encoder.applyChain(pass, Array.from(firsts.keys()), packed, (row, i) =>
        values.set(row, this.#places(firsts[i]?.sequence ?? NaN) * packed.width),
      );
    }
  }

  /** Returns the outputs. Call it after the last part. */
  finish(): HostOutputs {
    const named = this.#results.flatMap(({ packed, values }) => this.#nameOutputs(packed.chain, values, packed.width));
    return Object.fromEntries(named);
  }

  #nameOutputs({ outputs }: HeadChain, values: Float32Array, width: number): [string, HostTensor][] {
    return Object.entries(outputs).map(([name, { shape, column }]) => [
      name,
      {
        shape: shapeOf(shape, this.#config, this.#sizes),
        values: column === undefined ? values : values.filter((_, index) => index % width === column),
      },
    ]);
  }
}

/** Returns the place of each requested token: rows of `length` tokens become rows of `most`. */
function placesOf(
  positions: readonly (readonly number[])[],
  length: number,
  most: number,
): ReadonlyMap<number, number> {
  return new Map(
    positions.flatMap((columns, row) => columns.map((column, i) => [row * length + column, row * most + i] as const)),
  );
}
