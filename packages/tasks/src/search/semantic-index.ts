/** Semantic search: texts are stored as embeddings, and compared by cosine. */
import { DisposedError, oneOf, oneOrMany, whole, type Rule, type Rules } from '@albert-web/errors';
import type { ManyOptions } from '../engine/session.ts';
import { checkCall, manyOptions, texts, type Signature } from '../signatures.ts';
import type { IndexPrecision, VectorHit } from './vector-index.ts';
import { VectorIndex } from './vector-index.ts';

/** How an index stores its vectors. */
export interface IndexOptions {
  /** `q8` takes a quarter of the memory, and changes scores by less than 0.01. Default `f32`. */
  readonly precision?: IndexPrecision | undefined;
}

/** The signature of `createIndex`. */
export const createIndexSignature: Signature<never> = {
  arguments: {},
  options: { precision: oneOf(['f32', 'q8']) } satisfies Rules<Required<IndexOptions>>,
};

const bytes: Rule = { expected: 'a Uint8Array', accepts: (value) => value instanceof Uint8Array };

/** The signatures of an index's methods. */
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
 * An index of texts for semantic search. It lives where the model does: in its worker, if it has one. After the index or
 * its model is disposed, every other method rejects with DisposedError, so call `save` before. The search is exact: every
 * text is compared with the query.
 *
 * Source: `semantic_search` of sentence-transformers.
 */
export interface SemanticIndex {
  /** Embeds texts and adds them. @returns an id for each: whole numbers from 0, never used twice. */
  add(texts: string | readonly string[], options?: ManyOptions): Promise<number[]>;
  /** Finds the `k` texts nearest to a query, nearest first. Default 10. */
  search(query: string, k?: number, options?: ManyOptions): Promise<SearchHit[]>;
  /** Does the same for many queries, in their order. */
  search(queries: readonly string[], k?: number, options?: ManyOptions): Promise<SearchHit[][]>;
  /** Removes texts. @returns how many were removed. */
  remove(ids: number | readonly number[]): Promise<number>;
  /** Returns the number of texts. */
  size(): Promise<number>;
  /** Returns the whole index as a safetensors file, for {@link SemanticIndex.restore}. */
  save(): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Replaces the contents of this index with those that `save` returned.
   *
   * @throws SafetensorsError, InvalidArgumentError for a file that is not an index of this precision and model
   */
  restore(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Frees the memory of the texts. Calls made before still complete. */
  dispose(): Promise<void>;
  /** Does the same as `dispose`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** The model that computes an index's vectors. */
export interface Embedder {
  embed(texts: readonly string[], options?: ManyOptions): Promise<Float32Array[]>;
  /** @throws DisposedError */
  assertUsable(): void;
}

/** An index in this thread. */
export class LocalIndex implements SemanticIndex {
  /** Undefined once disposed. */
  #vectors: VectorIndex | undefined;

  constructor(
    private readonly model: Embedder,
    { precision = 'f32' }: IndexOptions = {},
  ) {
    this.#vectors = new VectorIndex(precision);
  }

  async add(texts: string | readonly string[], options?: ManyOptions): Promise<number[]> {
    const vectors = this.#usable();
    checkCall(signatures.add, { texts }, options);
    const many = typeof texts === 'string' ? [texts] : texts;
    const embedded = await this.model.embed(many, options);
    return embedded.map((vector, index) => vectors.add(many[index] ?? '', vector));
  }

  search(query: string, k?: number, options?: ManyOptions): Promise<SearchHit[]>;
  search(queries: readonly string[], k?: number, options?: ManyOptions): Promise<SearchHit[][]>;
  async search(
    queries: string | readonly string[],
    k = 10,
    options?: ManyOptions,
  ): Promise<SearchHit[] | SearchHit[][]> {
    const vectors = this.#usable();
    checkCall(signatures.search, { queries, k }, options);
    const many = typeof queries === 'string' ? [queries] : queries;
    const found: SearchHit[][] = [];
    for (const vector of await this.model.embed(many, options)) {
      options?.signal?.throwIfAborted();
      found.push(await vectors.search(vector, k));
    }
    return typeof queries === 'string' ? (found[0] ?? []) : found;
  }

  async remove(ids: number | readonly number[]): Promise<number> {
    const vectors = this.#usable();
    checkCall(signatures.remove, { ids }, undefined);
    return vectors.remove(typeof ids === 'number' ? [ids] : ids);
  }

  async size(): Promise<number> {
    return this.#usable().size;
  }

  async save(): Promise<Uint8Array<ArrayBuffer>> {
    const vectors = this.#usable();
    return vectors.save(await this.#identity());
  }

  async restore(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const vectors = this.#usable();
    checkCall(signatures.restore, { bytes }, undefined);
    vectors.restore(bytes, await this.#identity());
  }

  async dispose(): Promise<void> {
    this.#vectors = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** Returns what identifies the model, whatever its precision and backend: its embedding of a fixed text. */
  async #identity(): Promise<Float32Array> {
    const [embedding = new Float32Array()] = await this.model.embed(['The quick brown fox jumps over the lazy dog.']);
    return embedding;
  }

  /** @throws DisposedError */
  #usable(): VectorIndex {
    this.model.assertUsable();
    if (!this.#vectors) throw new DisposedError('the index');
    return this.#vectors;
  }
}
