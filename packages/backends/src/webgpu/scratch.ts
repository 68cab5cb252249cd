/** Intermediate buffers of a pass, grown geometrically and kept between calls. */
import type { AlbertConfig } from '@albert-web/core';
import { numLabels } from '@albert-web/core';
import type { BufferPool } from './buffers.ts';
import { BatchTooLargeError } from './errors.ts';
import { attentionWidth } from './encoder-matrices.ts';
import { momentGroups, vectorsOf } from './sizes.ts';

/** Buffers for a number of rows (tokens). Rows are padded to whole vectors. */
export interface Scratch {
  /** `[rows, hidden]`: input and output of a layer. */
  readonly hidden: GPUBuffer;
  readonly hiddenMoments: GPUBuffer;
  /** `[rows, hidden]`: output of attention. */
  readonly attended: GPUBuffer;
  readonly attendedMoments: GPUBuffer;
  /** `[rows, heads * headSize]`, heads padded. */
  readonly context: GPUBuffer;
  /** First query, key and value, later the inner rows of the feed-forward, finally the logits; never two at a time. */
  readonly wide: GPUBuffer;
  /** `[rows, embedding]`, not padded. */
  readonly embedded: GPUBuffer;
  /** `[4, rows]`: mask, word, type and position of every token; only the mask if the input is embedded tokens. */
  readonly tokens: GPUBuffer;
}

/** Returns the bytes of every buffer per row. */
export function scratchRowBytes(config: AlbertConfig): Readonly<Record<keyof Scratch, number>> {
  const hidden = 16 * vectorsOf(config.hidden_size);
  const moments = 8 * momentGroups(config.hidden_size);
  const context = 4 * attentionWidth(config);
  return {
    hidden,
    hiddenMoments: moments,
    attended: hidden,
    attendedMoments: moments,
    context,
    wide: Math.max(3 * context, 16 * vectorsOf(config.intermediate_size), 16 * vectorsOf(numLabels(config))),
    embedded: 4 * config.embedding_size,
    tokens: 16,
  };
}

/** The scratch of one executor. */
export class ScratchSpace {
  readonly #pool: BufferPool;
  readonly #rowBytes: Readonly<Record<keyof Scratch, number>>;
  readonly #maxRows: number;
  #rows = 0;
  #scratch: Scratch | undefined;

  constructor(config: AlbertConfig, pool: BufferPool, limits: GPUSupportedLimits) {
    this.#pool = pool;
    this.#rowBytes = scratchRowBytes(config);
    const maxBinding = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
    this.#maxRows = Math.floor(maxBinding / Math.max(...Object.values(this.#rowBytes)));
  }

  /**
   * Returns buffers for at least `rows` rows. Doubling keeps the number of allocations logarithmic in the longest input.
   *
   * @throws BatchTooLargeError
   */
  for(rows: number): Scratch {
    if (this.#scratch && rows <= this.#rows) return this.#scratch;
    if (rows > this.#maxRows) {
      throw new BatchTooLargeError({
        problem: `The batch has ${rows} positions (sequences times their padded length)`,
        expected: `This GPU can bind buffers for at most ${this.#maxRows}`,
        remedy: 'Run the batch in parts',
      });
    }
    for (const buffer of Object.values(this.#scratch ?? {}) as GPUBuffer[]) this.#pool.free(buffer);
    this.#rows = Math.min(Math.max(rows, 2 * this.#rows), this.#maxRows);
    const made = Object.entries(this.#rowBytes).map(([name, bytes]) => [
      name,
      this.#pool.scratch(name, bytes * this.#rows),
    ]);
    this.#scratch = Object.fromEntries(made) as Scratch;
    return this.#scratch;
  }
}
