/** A search by meaning: texts are kept as embeddings, and compared by their cosine. */
import { oneOf, oneOrMany, whole, type Rule, type Rules } from '@albert-web/errors';
import type { ManyOptions } from '../engine/session.ts';
import { checkCall, manyOptions, texts, type Signature } from '../signatures.ts';
import type { IndexPrecision, VectorHit } from './vector-index.ts';
import { VectorIndex } from './vector-index.ts';

/** How an index keeps its vectors. */
export interface IndexOptions {
  /** `q8` takes a quarter of the memory, and moves a score by less than 0.01. Default `f32`. */
  readonly precision?: IndexPrecision | undefined;
}

/** What `createIndex` takes. */
export const createIndexSignature: Signature<never> = {
  arguments: {},
  options: { precision: oneOf(['f32', 'q8']) } satisfies Rules<Required<IndexOptions>>,
};

const bytes: Rule = { expected: 'a Uint8Array', accepts: (value) => value instanceof Uint8Array };

/** What the methods of an index take. */
const signatures = {
  add: { arguments: { texts }, options: manyOptions },
  search: { arguments: { queries: texts, k: whole(1) }, options: manyOptions },
  remove: { arguments: { ids: oneOrMany(whole(0)) }, options: {} },
  restore: { arguments: { bytes }, options: {} },
} satisfies Record<string, Signature>;

/** A text that was found. */
export interface SearchHit extends VectorHit {
  readonly text: string;
}

/**
 * Texts to be searched by meaning, kept where the model lives. Once the model is disposed, every method rejects with DisposedError:
 * `save` before. Every text is compared with the query, so nothing is missed.
 *
 * Source: `semantic_search` of sentence-transformers.
 */
export interface SemanticIndex {
  /** Embeds texts and keeps them. @returns an id for each: whole numbers from 0, never used twice. */
  add(texts: string | readonly string[], options?: ManyOptions): Promise<number[]>;
  /** The `k` texts nearest to a query, nearest first. Default 10. */
  search(query: string, k?: number, options?: ManyOptions): Promise<SearchHit[]>;
  /** The same for many queries, in their order. */
  search(queries: readonly string[], k?: number, options?: ManyOptions): Promise<SearchHit[][]>;
  /** Forgets texts. @returns how many there were. */
  remove(ids: number | readonly number[]): Promise<number>;
  /** How many texts there are. */
  size(): Promise<number>;
  /** The whole index as a safetensors file, for {@link SemanticIndex.restore}. */
  save(): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Takes what `save` gave in place of everything here.
   *
   * @throws SafetensorsError, InvalidArgumentError for a file that is no index of this precision
   */
  restore(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
}

/** The model that makes an index's vectors. */
export interface Embedder {
  embed(texts: readonly string[], options?: ManyOptions): Promise<Float32Array[]>;
  /** @throws DisposedError */
  assertUsable(): void;
}

/** An index in this thread. */
export class LocalIndex implements SemanticIndex {
  readonly #vectors: VectorIndex;

  constructor(
    private readonly model: Embedder,
    { precision = 'f32' }: IndexOptions = {},
  ) {
    this.#vectors = new VectorIndex(precision);
  }

  async add(texts: string | readonly string[], options?: ManyOptions): Promise<number[]> {
    checkCall(signatures.add, { texts }, options);
    const many = typeof texts === 'string' ? [texts] : texts;
    const vectors = await this.model.embed(many, options);
    return vectors.map((vector, index) => this.#vectors.add(many[index] ?? '', vector));
  }

  search(query: string, k?: number, options?: ManyOptions): Promise<SearchHit[]>;
  search(queries: readonly string[], k?: number, options?: ManyOptions): Promise<SearchHit[][]>;
  async search(
    queries: string | readonly string[],
    k = 10,
    options?: ManyOptions,
  ): Promise<SearchHit[] | SearchHit[][]> {
    checkCall(signatures.search, { queries, k }, options);
    const many = typeof queries === 'string' ? [queries] : queries;
    const found: SearchHit[][] = [];
    for (const vector of await this.model.embed(many, options)) {
      options?.signal?.throwIfAborted();
      found.push(await this.#vectors.search(vector, k));
    }
    return typeof queries === 'string' ? (found[0] ?? []) : found;
  }

  async remove(ids: number | readonly number[]): Promise<number> {
    this.model.assertUsable();
    checkCall(signatures.remove, { ids }, undefined);
    return this.#vectors.remove(typeof ids === 'number' ? [ids] : ids);
  }

  async size(): Promise<number> {
    this.model.assertUsable();
    return this.#vectors.size;
  }

  async save(): Promise<Uint8Array<ArrayBuffer>> {
    this.model.assertUsable();
    return this.#vectors.save();
  }

  async restore(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.model.assertUsable();
    checkCall(signatures.restore, { bytes }, undefined);
    this.#vectors.restore(bytes);
  }
}
