/** Runs the layers in our module: writes passes into its memory and runs their jobs. All of it is synchronous. */
import { headSize, type AlbertConfig } from '@albert-web/core';
import { DisposedError } from '@albert-web/errors';
import { bytesOf, codes, mayBlock, writeRecord, type RecordOf } from '@albert-web/kernels';
import { headRowsOf, layOut, type Arena, type ArenaShape, type Demand } from './arena.ts';
import { planBatch, type AttentionBlock, type Part } from './batch.ts';
import { f32Dot, isF32, type Dot } from './dot.ts';
import type { HeadWidths, PackedChain } from './head.ts';
import type { PackedEncoder } from './packing.ts';
import { headPanelsOf, panelsOf, panelSize } from './panels.ts';
import type { Runtime } from './runtime.ts';

type PassRecord = RecordOf<'Pass'>;

/** What differs between passes. */
interface PassParts
  extends Arena, Pick<PassRecord, 'rows' | 'source' | 'sourceRows' | 'hidden' | 'keyValues' | 'keyRows'> {
  readonly blocks: readonly AttentionBlock[];
}

/** A pass whose record is written at an address. Valid until the next part is begun. */
export interface Pass extends PassParts {
  readonly address: number;
}

/** The parts of an encoder, which owns the runtime. */
export interface EncoderParts {
  readonly config: AlbertConfig;
  readonly runtime: Runtime;
  readonly dot: Dot;
  readonly packed: PackedEncoder;
  readonly headWidths: HeadWidths;
}

export class ModuleEncoder {
  readonly #config: AlbertConfig;
  /** Undefined after dispose, so that the memory can be freed. */
  #runtime: Runtime | undefined;
  readonly #dot: Dot;
  readonly #packed: PackedEncoder;
  readonly #shape: ArenaShape;
  /** Addresses of pass records: for all rows, for some of another pass's rows, and for those a head reads. */
  readonly #records: Readonly<Record<'whole' | 'some' | 'head', number>>;
  #arena: { readonly demand: Demand; readonly layout: Arena } | undefined;

  constructor({ config, runtime, dot, packed, headWidths }: EncoderParts) {
    const record = (): number => {
      const address = runtime.heap.allocate(bytesOf('Pass'));
      // The kernels' own fields start as zeros.
      runtime.heap.int8(address, bytesOf('Pass')).fill(0);
      return address;
    };
    this.#config = config;
    this.#runtime = runtime;
    this.#dot = dot;
    this.#packed = packed;
    this.#shape = {
      config,
      activationBytes: dot.activationBytes,
      threads: runtime.threads,
      outlierPanels: packed.outlierPanels,
      ...headWidths,
    };
    this.#records = { whole: record(), some: record(), head: record() };
  }

  /** Bytes of the module's memory; 0 after dispose. */
  get memoryBytes(): number {
    return this.#runtime?.heap.bytes ?? 0;
  }

  dispose(): void {
    this.#runtime?.stop();
    this.#runtime = undefined;
  }

  /** @throws DisposedError */
  assertUsable(): void {
    this.#open();
  }

  /** Divides a batch into parts. `mask` is `[batch * length]`, 0 for padding. */
  plan(batch: number, length: number, mask: ArrayLike<number>, computePadding: boolean): Part[] {
    return planBatch({ batch, length, mask, headSize: headSize(this.#config), computePadding });
  }

  /** Allocates the hidden state of `rows` rows outside the arena; `freeHidden` frees it. */
  allocateHidden(rows: number): number {
    return this.#open().heap.allocate(rows * panelsOf(this.#config.hidden_size) * panelSize * 4);
  }

  freeHidden(address: number): void {
    this.#runtime?.heap.free(address);
  }

  /**
   * Begins a pass at the embeddings `[batch * length, embedding]`, which it maps to the hidden size.
   *
   * @param hidden address of the hidden state; default: in the arena
   */
  begin(part: Part, embedded: Float32Array, hidden?: number): Pass {
    const pass = this.#writeWhole(part, hidden);
    const { heap, kernels } = this.#open();
    const { embedding_size: width } = this.#config;
    const rows = heap.float32(pass.exchange, pass.rows * width);
    part.positions.forEach((position, row) =>
      rows.set(embedded.subarray(position * width, (position + 1) * width), row * width),
    );
    kernels.packRows(pass.address, pass.exchange, width, pass.embedded);
    this.#do('linear', pass, this.#packed.mapping, pass.embedded, pass.hidden);
    this.#quantize(pass);
    return pass;
  }

  /** Continues with a hidden state that an earlier pass left at `hidden`. */
  resume(part: Part, hidden: number): Pass {
    const pass = this.#writeWhole(part, hidden);
    this.#quantize(pass);
    return pass;
  }

  /** Runs hidden layer `layer` in place. */
  runLayer(pass: Pass, layer: number): void {
    for (const inner of this.#inners(layer)) this.#do('runLayer', pass, inner);
  }

  /** Runs the last hidden layer, its last inner layer only for the first positions in `part.firsts`, which must not be empty. */
  runLayerForFirsts(pass: Pass, part: Part, layer: number): Pass {
    const inners = this.#inners(layer);
    for (const inner of inners.slice(0, -1)) this.#do('runLayer', pass, inner);
    const firsts = this.#writeFirsts(pass, part);
    for (const inner of inners.slice(-1)) this.#do('runLayer', firsts, inner);
    return firsts;
  }

  /** Copies the rows of `from` that are also in `to` to the hidden state of `to`. */
  compact(from: Part, fromHidden: number, to: Part, toHidden: number): void {
    const source = this.#writeWhole(from, fromHidden);
    const firstRowOf = new Map(from.sequences.map(({ sequence, firstRow }) => [sequence, firstRow]));
    const rows = to.sequences.flatMap(({ sequence, rows: count }) =>
      Array.from({ length: count }, (_, row) => (firstRowOf.get(sequence) ?? NaN) + row),
    );
    const { heap } = this.#open();
    heap.int32(source.headRows, rows.length).set(rows);
    const target = this.#writePass(
      this.#records.some,
      {
        ...source,
        rows: rows.length,
        source: source.address,
        sourceRows: source.headRows,
        hidden: toHidden,
        blocks: [],
      },
      // Rows are only copied, so nothing is quantized, as in f32. The tiles are those of later passes.
      this.#f32Dot,
    );
    this.#do('gatherRows', target);
  }

  /** Applies a chain to some rows of a pass; `put` receives each row's result. */
  applyChain(
    source: Pass,
    rows: readonly number[],
    { steps, width }: PackedChain,
    put: (values: Float32Array, index: number) => void,
  ): void {
    const { heap } = this.#open();
    if (steps.length === 0) {
      const hidden = this.#unpack(source, source.hidden, width, source.exchange);
      rows.forEach((row, index) => put(hidden.subarray(row * width, (row + 1) * width), index));
      return;
    }
    const together = headRowsOf(this.#shape, rows.length);
    for (let first = 0; first < rows.length; first += together) {
      const some = rows.slice(first, first + together);
      heap.int32(source.headRows, some.length).set(some);
      let [input, output] = source.headBuffers;
      const pass = this.#writePass(
        this.#records.head,
        {
          ...source,
          rows: some.length,
          source: source.address,
          sourceRows: source.headRows,
          hidden: input,
          blocks: [],
        },
        this.#f32Dot,
      );
      this.#do('gatherRows', pass);
      for (const { kind, weights } of steps) {
        this.#do(kind, pass, weights, input, output);
        if (kind === 'linear') [input, output] = [output, input];
      }
      const values = this.#unpack(pass, input, width, output);
      some.forEach((_, index) => put(values.subarray(index * width, (index + 1) * width), first + index));
    }
  }

  /** For passes in f32 of an int8 model: heads, and rows that are only copied. The tiles are those of the other passes. */
  get #f32Dot(): Dot {
    return { ...f32Dot, tileRows: this.#dot.tileRows };
  }

  /** @throws DisposedError */
  #open(): Runtime {
    if (!this.#runtime) throw new DisposedError('the model');
    return this.#runtime;
  }

  #do(kind: keyof typeof codes.JobKind, { address }: Pass, weights = 0, input = 0, output = 0): void {
    this.#open().run({ kind: codes.JobKind[kind], pass: address, weights, input, output });
  }

  #quantize(pass: Pass): void {
    if (!isF32(this.#dot)) this.#do('quantizeHidden', pass, this.#packed.hiddenOutliers);
  }

  #inners(layer: number): readonly number[] {
    return this.#packed.layers[layer] ?? [];
  }

  /** Copies tiles of a pass's rows to row-major order at `out`. */
  #unpack({ address, rows }: Pass, tiles: number, width: number, out: number): Float32Array {
    const { heap, kernels } = this.#open();
    kernels.unpackRows(address, tiles, width, out);
    return heap.float32(out, rows * width);
  }

  /** Writes the pass of all rows of a part. */
  #writeWhole({ positions, blocks, longest, firsts }: Part, hidden?: number): Pass {
    const arena = this.#reserve({ rows: positions.length, firsts: firsts.length, keys: longest });
    const queryPanels = this.#config.num_attention_heads * headPanelsOf(this.#config);
    return this.#writePass(this.#records.whole, {
      ...arena,
      rows: positions.length,
      source: 0,
      sourceRows: 0,
      hidden: hidden ?? arena.hidden,
      keyValues: arena.queries + queryPanels * positions.length * panelSize * 4,
      keyRows: positions.length,
      blocks,
    });
  }

  /**
   * Writes the pass of the first positions, whose keys and values are those of the whole. In int8, a row has two terms, 14 bits,
   * because no later layer averages out the rounding errors of the last one, and these rows are few.
   */
  #writeFirsts(whole: Pass, { firsts, blocks }: Part): Pass {
    const { heap } = this.#open();
    heap.int32(whole.firstRows, firsts.length).set(firsts.map(({ row }) => row));
    return this.#writePass(
      this.#records.some,
      {
        ...whole,
        rows: firsts.length,
        source: whole.address,
        sourceRows: whole.firstRows,
        hidden: whole.firstHidden,
        attentionBlocks: whole.attentionBlocks + blocks.length * bytesOf('AttentionBlock'),
        blocks: firsts.map(({ firstKey, keys, scale }, row) => ({
          firstQuery: row,
          queries: 1,
          firstKey,
          keys,
          scale,
        })),
      },
      this.#dot,
      this.#dot === f32Dot ? 1 : 2,
    );
  }

  /** Writes a pass, filling in what all passes have in common. @param terms number of int8 rows per row */
  #writePass(address: number, parts: PassParts, dot: Dot = this.#dot, terms = 1): Pass {
    const { heap, kernels, threads } = this.#open();
    const config = this.#config;
    const tiles = Math.ceil(parts.rows / Math.floor(dot.tileRows / terms));
    writeRecord(heap, 'Pass', address, {
      ...parts,
      tiles,
      terms,
      tileHeight: Math.floor(parts.rows / tiles),
      tallTiles: parts.rows % tiles,
      heads: config.num_attention_heads,
      headPanels: headPanelsOf(config),
      hiddenPanels: panelsOf(config.hidden_size),
      innerPanels: panelsOf(config.intermediate_size),
      dot: dot.code,
      leastActivation: kernels.leastActivation(dot.code, 128),
      levels: dot.levels,
      epsilon: config.layer_norm_eps,
      attentionBlockCount: parts.blocks.length,
      threads,
      callerSleeps: mayBlock() ? 1 : 0,
    });
    parts.blocks.forEach((block, index) =>
      writeRecord(heap, 'AttentionBlock', parts.attentionBlocks + index * bytesOf('AttentionBlock'), block),
    );
    return { ...parts, address };
  }

  /** Returns the arena, laid out anew if a pass needs more than any before it. */
  #reserve(demand: Demand): Arena {
    const known = this.#arena;
    const larger = {
      rows: Math.max(demand.rows, known?.demand.rows ?? 0),
      firsts: Math.max(demand.firsts, known?.demand.firsts ?? 0),
      keys: Math.max(demand.keys, known?.demand.keys ?? 0),
    };
    if (known && Object.values(larger).join() === Object.values(known.demand).join()) return known.layout;
    const { heap } = this.#open();
    if (known) heap.free(known.layout.block);
    const layout = layOut(heap, this.#shape, larger);
    this.#arena = { demand: larger, layout };
    return layout;
  }
}
