/** Early exit in our module: hidden states stay in its memory from layer to layer, without the rows that are dropped. */
import type { HostOutputs, LayerWalk, RawInputs } from '@albert-web/core';
import { maskOf, pickRows, sizesOf } from '@albert-web/core';
import { DisposedError, InvalidArgumentError } from '@albert-web/errors';
import type { Part } from './batch.ts';
import type { ModuleEncoder } from './encoder.ts';
import type { OutputCollector, RowPlaces } from './outputs.ts';

/** What a walk works with. */
export interface WalkParts {
  readonly encoder: ModuleEncoder;
  readonly inputs: RawInputs;
  /** `[batch * length, embedding]` */
  readonly embedded: Float32Array;
  /** The layer at which the walk ends. */
  readonly lastDepth: number;
  /** Whether the head reads only the first position. */
  readonly firstAlone: boolean;
  /** Yields to the event loop if the walk can be aborted. @throws the signal's reason */
  readonly yieldToEventLoop: () => Promise<void>;
  /** Runs `work` in turn with the executor's other calls. */
  readonly enqueue: <T>(work: () => Promise<T>) => Promise<T>;
  /** Creates a collector for the rows that are left; `places` maps rows of the original batch to them. */
  readonly collect: (inputs: RawInputs, places: RowPlaces) => OutputCollector;
}

/** Rows that run through the layers together, and the address of their hidden state. */
interface WalkingPart {
  readonly part: Part;
  readonly hidden: number;
}

export class ModuleWalk implements LayerWalk {
  readonly #walk: WalkParts;
  /** Undefined before the first layer, which creates them from the embeddings. */
  #parts: readonly WalkingPart[] | undefined;
  #inputs: RawInputs;
  /** For every row of `inputs`, its index in the original batch. */
  #rows: readonly number[];
  #depth = 0;
  #disposed = false;

  constructor(walk: WalkParts) {
    this.#walk = walk;
    this.#inputs = walk.inputs;
    this.#rows = Array.from(walk.inputs.inputIds.keys());
  }

  get depth(): number {
    return this.#depth;
  }

  get ended(): boolean {
    return this.#depth >= this.#walk.lastDepth;
  }

  get inputs(): RawInputs {
    return this.#inputs;
  }

  next(): Promise<HostOutputs> {
    return this.#walk.enqueue(async () => {
      await this.#walk.yieldToEventLoop();
      return this.#runLayer();
    });
  }

  keep(rows: readonly number[]): void {
    this.#inputs = pickRows(this.#inputs, rows);
    this.#rows = rows.map((row) => this.#rows[row] ?? NaN);
  }

  dispose(): void {
    this.#disposed = true;
    for (const { hidden } of this.#parts ?? []) this.#walk.encoder.freeHidden(hidden);
    this.#parts = [];
  }

  #runLayer(): HostOutputs {
    const { encoder, lastDepth, firstAlone, collect } = this.#walk;
    encoder.assertUsable();
    if (this.#disposed) throw new DisposedError('the walk');
    if (this.ended) throw endedError(lastDepth);
    const placeOf = new Map(this.#rows.map((row, place) => [row, place]));
    const outputs = collect(this.#inputs, (row) => placeOf.get(row) ?? NaN);
    const first = this.#depth === 0;
    const parts = this.#parts === undefined ? this.#firstParts() : this.#parts.flatMap((part) => this.#compact(part));
    this.#parts = parts;
    for (const { part, hidden } of parts) {
      const pass = first ? encoder.begin(part, this.#walk.embedded, hidden) : encoder.resume(part, hidden);
      if (firstAlone && this.#depth + 1 === lastDepth) {
        if (part.firsts.length > 0) {
          outputs.takeFirsts(encoder, encoder.runLayerForFirsts(pass, part, this.#depth), part);
        }
      } else {
        encoder.runLayer(pass, this.#depth);
        outputs.takePart(encoder, pass, part);
      }
    }
    this.#depth++;
    return outputs.finish();
  }

  /** Allocates hidden states for the rows that are left before the first layer. */
  #firstParts(): WalkingPart[] {
    const { encoder } = this.#walk;
    return this.#plan(this.#rows).map((part) => ({ part, hidden: encoder.allocateHidden(part.positions.length) }));
  }

  /** Returns the part without the rows that were dropped: none, a smaller one, or itself. */
  #compact(walking: WalkingPart): WalkingPart[] {
    const { encoder } = this.#walk;
    const { part, hidden } = walking;
    const kept = part.sequences.map(({ sequence }) => sequence).filter((sequence) => this.#rows.includes(sequence));
    if (kept.length === part.sequences.length) return [walking];
    const smaller = this.#plan(kept).map((to) => {
      const toHidden = encoder.allocateHidden(to.positions.length);
      encoder.compact(part, hidden, to, toHidden);
      return { part: to, hidden: toHidden };
    });
    encoder.freeHidden(hidden);
    return smaller;
  }

  /** Plans parts for some rows of the original batch, with their original positions. */
  #plan(rows: readonly number[]): Part[] {
    const { encoder, inputs } = this.#walk;
    const { batch, length } = sizesOf(inputs);
    const chosen = new Set(rows);
    const mask = maskOf(inputs).map((seen, position) => (chosen.has(Math.floor(position / length)) ? seen : 0));
    return encoder.plan(batch, length, mask, false);
  }
}

function endedError(depth: number): InvalidArgumentError {
  return new InvalidArgumentError({
    problem: `The walk has ended at layer ${depth}`,
    remedy: 'Ask for no more layers once `ended` is true',
  });
}
