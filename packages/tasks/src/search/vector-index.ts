/** Exact search of vectors by cosine: the query is compared with every vector. */
import { parseSafetensors, writeSafetensors, type StoredTensor } from '@albert-web/checkpoints';
import { allFinite } from '@albert-web/core';
import { allocate, copyOf, InvalidArgumentError } from '@albert-web/errors';
import * as v from 'valibot';
import { createYielder } from '../engine/yielder.ts';
import { cosine, toUnitLength } from '../engine/vectors.ts';

/** How vectors are stored: as they are, or as one byte per number and one scale per vector. */
export type IndexPrecision = 'f32' | 'q8';

/** A vector that was found. */
export interface VectorHit {
  readonly id: number;
  /** Cosine, from -1 to 1. */
  readonly score: number;
}

/** What is stored with a vector. */
export interface IndexedText {
  readonly id: number;
  readonly text: string;
}

interface Row extends IndexedText {
  /** A vector of length 1; in q8, divided by `scale` and rounded. */
  readonly values: Float32Array | Int8Array;
  readonly scale: number;
}

/** Vectors with their texts. */
export class VectorIndex {
  #rows: Row[] = [];
  #next = 0;

  constructor(readonly precision: IndexPrecision) {}

  get size(): number {
    return this.#rows.length;
  }

  /** @returns the new id: one more than the previous one. */
  add(text: string, vector: Float32Array): number {
    this.#checkSize(vector.length);
    const unit = toUnitLength(vector);
    const id = this.#next++;
    this.#rows.push({ id, text, ...(this.precision === 'q8' ? quantized(unit) : { values: unit, scale: 1 }) });
    return id;
  }

  /** @returns how many were removed. */
  remove(ids: readonly number[]): number {
    const before = this.#rows.length;
    const gone = new Set(ids);
    this.#rows = this.#rows.filter(({ id }) => !gone.has(id));
    return before - this.#rows.length;
  }

  /** Finds the `k` nearest, nearest first. Equally near ones are in the order of their ids. */
  async search(query: Float32Array, k: number): Promise<(VectorHit & IndexedText)[]> {
    this.#checkSize(query.length);
    const unit = toUnitLength(query);
    const best = new BestOf<Row>(k);
    const yieldIfDue = createYielder();
    for (const [index, row] of this.#rows.entries()) {
      best.offer(row, row.scale * dot(unit, row.values));
      if (index % 256 === 255) await yieldIfDue();
    }
    return best.list().map(({ item: { id, text }, score }) => ({ id, text, score }));
  }

  /**
   * Returns a safetensors file with `embeddings`, `embeddings.scale` in q8, and `model`. Ids and texts are in its metadata.
   *
   * @param model the model's embedding of a fixed text, by which `restore` recognizes the model.
   */
  save(model: Float32Array): Uint8Array<ArrayBuffer> {
    const width = this.#rows[0]?.values.length ?? 0;
    const shape = [this.#rows.length, width];
    const flat =
      this.precision === 'q8'
        ? allocate(Int8Array, this.#rows.length * width)
        : allocate(Float32Array, this.#rows.length * width);
    this.#rows.forEach(({ values }, row) => flat.set(values, row * width));
    const scales = Float32Array.from(this.#rows, ({ scale }) => scale);
    const tensors = [
      stored('embeddings', this.precision === 'q8' ? 'I8' : 'F32', shape, flat),
      ...(this.precision === 'q8' ? [stored('embeddings.scale', 'F32', [scales.length], scales)] : []),
      stored('model', 'F32', [model.length], Float32Array.from(model)),
    ];
    const texts = this.#rows.map(({ id, text }) => ({ id, text }));
    return writeSafetensors({
      tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])),
      metadata: { kind, next: String(this.#next), texts: JSON.stringify(texts) },
    });
  }

  /**
   * Replaces all contents.
   *
   * @param model the embedding of the same text as in `save`.
   * @throws SafetensorsError, InvalidArgumentError for a file that is not an index of this precision and model; nothing is
   * replaced then
   */
  restore(bytes: Uint8Array<ArrayBuffer>, model: Float32Array): void {
    const { tensors, metadata } = parseSafetensors(bytes, 'the index');
    if (metadata['kind'] !== kind) throw unreadable('The file is not an index');
    const dtype = this.precision === 'q8' ? 'I8' : 'F32';
    const embeddings = tensors.get('embeddings');
    if (embeddings?.dtype !== dtype || embeddings.shape.length !== 2)
      throw unreadable(`The file is not an index in ${this.precision}`);
    const [rows = 0, width = 0] = embeddings.shape;
    const { texts, next } = readMetadata(metadata, rows);
    const values = dtype === 'I8' ? new Int8Array(copied(embeddings)) : new Float32Array(copied(embeddings));
    const scales = dtype === 'I8' ? readFloats(tensors.get('embeddings.scale'), rows, 'scales') : undefined;
    if (values instanceof Float32Array && !allFinite(values))
      throw unreadable('The index has a number that is not finite');
    checkModel(tensors.get('model'), model);
    this.#rows = texts.map(({ id, text }, row) => ({
      id,
      text,
      values: values.subarray(row * width, (row + 1) * width),
      scale: scales?.[row] ?? 1,
    }));
    this.#next = next;
  }

  #checkSize(width: number): void {
    const [first] = this.#rows;
    if (!first || first.values.length === width) return;
    throw new InvalidArgumentError({
      problem: `A vector has ${width} numbers, and those of the index have ${first.values.length}`,
      expected: 'Expected vectors of one model',
      remedy: 'Build the index again with this model',
    });
  }
}

const kind = 'albert-web index';

/** Collects the `k` best of the offered items, best first. Among equals, it keeps those offered first. */
export class BestOf<T> {
  readonly #best: { readonly item: T; readonly score: number }[] = [];

  constructor(private readonly k: number) {}

  offer(item: T, score: number): void {
    const worst = this.#best.at(-1);
    if (worst && this.#best.length === this.k && score <= worst.score) return;
    let at = this.#best.length;
    while (at > 0 && (this.#best[at - 1]?.score ?? 0) < score) at--;
    this.#best.splice(at, 0, { item, score });
    if (this.#best.length > this.k) this.#best.pop();
  }

  list(): readonly { readonly item: T; readonly score: number }[] {
    return this.#best;
  }
}

/** Computes the dot product with four separate sums, which a processor adds in parallel. */
export function dot(a: Float32Array, b: Float32Array | Int8Array): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < a.length; i += 4) {
    s0 += (a[i] ?? 0) * (b[i] ?? 0);
    s1 += (a[i + 1] ?? 0) * (b[i + 1] ?? 0);
    s2 += (a[i + 2] ?? 0) * (b[i + 2] ?? 0);
    s3 += (a[i + 3] ?? 0) * (b[i + 3] ?? 0);
  }
  for (; i < a.length; i++) s0 += (a[i] ?? 0) * (b[i] ?? 0);
  return s0 + s1 + s2 + s3;
}

function quantized(unit: Float32Array): Pick<Row, 'values' | 'scale'> {
  const largest = unit.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // Rounded to f32, as it will be in a saved file.
  const scale = Math.fround(largest / 127) || 1;
  return { values: Int8Array.from(unit, (value) => Math.round(value / scale)), scale };
}

function stored(
  name: string,
  dtype: StoredTensor['dtype'],
  shape: readonly number[],
  values: Float32Array<ArrayBuffer> | Int8Array<ArrayBuffer>,
): StoredTensor {
  return { name, dtype, shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

const metadataSchema = v.object({
  next: v.pipe(v.string(), v.regex(/^\d{1,15}$/u), v.transform(Number)),
  texts: v.pipe(
    v.string(),
    v.parseJson(),
    v.array(v.object({ id: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), text: v.string() })),
  ),
});

/** @throws InvalidArgumentError unless there is a text for each row, and every id was given out once */
function readMetadata(metadata: Readonly<Record<string, string>>, rows: number): v.InferOutput<typeof metadataSchema> {
  const read = v.safeParse(metadataSchema, metadata);
  if (!read.success) throw unreadable(`The metadata of the index is damaged: ${read.issues[0].message}`);
  const { texts, next } = read.output;
  if (texts.length !== rows) throw unreadable(`The index has ${rows} vectors and ${texts.length} texts`);
  const ids = new Set(texts.map(({ id }) => id));
  if (ids.size !== rows || texts.some(({ id }) => id >= next)) throw unreadable('The ids of the index are damaged');
  return read.output;
}

function readFloats(tensor: StoredTensor | undefined, length: number, what: string): Float32Array {
  const values = tensor?.dtype === 'F32' ? new Float32Array(copied(tensor)) : new Float32Array();
  if (values.length !== length || !allFinite(values)) throw unreadable(`The ${what} of the index are damaged`);
  return values;
}

/** The least cosine of two embeddings of one text by one model. Precisions and backends change it by less than 0.01. */
const sameModel = 0.95;

/** Vectors of another model may well have as many numbers, and search would find anything. @throws InvalidArgumentError */
function checkModel(tensor: StoredTensor | undefined, model: Float32Array): void {
  if (!tensor) throw unreadable('The index was saved by an earlier version, which did not record the model');
  const [width = 0] = tensor.shape;
  const saved = readFloats(tensor, width, 'numbers that identify the model');
  if (saved.length === model.length && cosine(saved, model) >= sameModel) return;
  throw new InvalidArgumentError({
    problem: 'The index was built with another model',
    expected: 'Expected the bytes that save() returned, from an index of this model',
    remedy: 'Load the model that built it, or build the index again from its texts',
  });
}

const copied = ({ bytes }: StoredTensor): ArrayBuffer => copyOf(bytes).buffer;

const unreadable = (problem: string): InvalidArgumentError =>
  new InvalidArgumentError({
    problem,
    expected: 'Expected the bytes that save() returned, from an index of the same precision',
    remedy: 'Build the index again from its texts',
  });
