/** Collects a head's results, row by row, into named outputs on the host. */
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

/** Where a row of a batch goes, for batches that lost some of theirs. */
export type RowPlaces = (row: number) => number;

export class OutputCollector {
  readonly #config: AlbertConfig;
  readonly #sizes: BatchSizes;
  readonly #places: RowPlaces;
  /** `[rows, width]` of each chain; rows that are never put stay zeros. */
  readonly #results: readonly { readonly packed: PackedChain; readonly values: Float32Array }[];

  constructor(
    config: AlbertConfig,
    chains: readonly PackedChain[],
    sizes: BatchSizes,
    places: RowPlaces = (row) => row,
  ) {
    this.#config = config;
    this.#sizes = sizes;
    this.#places = places;
    this.#results = chains.map((packed) => {
      const rows = sizes.batch * (packed.chain.reads === 'all' ? sizes.length : 1);
      return { packed, values: new Float32Array(rows * packed.width) };
    });
  }

  /** Applies every chain to the rows of a part. */
  takePart(encoder: ModuleEncoder, pass: Pass, { positions, firsts }: Part): void {
    const { length } = this.#sizes;
    for (const { packed, values } of this.#results) {
      const put = (row: Float32Array, place: number): void => values.set(row, place * packed.width);
      if (packed.chain.reads === 'first') {
        const rows = firsts.map(({ row }) => row);
        encoder.applyChain(pass, rows, packed, (row, i) => put(row, this.#places(firsts[i]?.sequence ?? NaN)));
      } else {
        encoder.applyChain(pass, Array.from(positions.keys()), packed, (row, i) => {
          const position = positions[i] ?? NaN;
          put(row, this.#places(Math.floor(position / length)) * length + (position % length));
        });
      }
    }
  }

  /** The same where the pass has nothing but the first positions of a part, and every chain reads those. */
  takeFirsts(encoder: ModuleEncoder, pass: Pass, { firsts }: Part): void {
    for (const { packed, values } of this.#results) {
      encoder.applyChain(pass, Array.from(firsts.keys()), packed, (row, i) =>
        values.set(row, this.#places(firsts[i]?.sequence ?? NaN) * packed.width),
      );
    }
  }

  /** The outputs, when every part has been taken. */
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
