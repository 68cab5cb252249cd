/** Scratch memory of a pass: sized by the configuration and the number of rows, grown when needed, reused between calls. */
import type { AlbertConfig } from '@albert-web/core';
import { bytesOf, type Heap } from '@albert-web/kernels';
import { headPanelsOf, panelsOf, panelSize } from './panels.ts';

/** Addresses of the buffers that passes name: see `Pass` in `packages/kernels/src/layouts.ts`. */
export interface Arena {
  /** The block that holds all buffers, to free. */
  readonly block: number;
  readonly attentionBlocks: number;
  /** Row-major f32 as the host writes and reads it: embeddings in, hidden states out. */
  readonly exchange: number;
  /** Tiles of the embeddings before they are mapped to the hidden size. */
  readonly embedded: number;
  readonly hidden: number;
  /** The hidden state of first positions, and the rows they come from. */
  readonly firstHidden: number;
  readonly firstRows: number;
  /** Queries, then keys and values. */
  readonly queries: number;
  readonly context: number;
  readonly inner: number;
  readonly quantizedInput: number;
  readonly outlierInput: number;
  readonly rowScales: number;
  readonly rowZeros: number;
  /** Two buffers that a head reads and writes alternately, and the rows it reads. */
  readonly headBuffers: readonly [number, number];
  readonly headRows: number;
  readonly scratch: number;
  readonly scratchBytes: number;
}

/** Sizes that a pass needs. */
export interface Demand {
  readonly rows: number;
  /** Number of sequences of which only the first position is needed. */
  readonly firsts: number;
  /** Number of keys of the longest sequence. */
  readonly keys: number;
}

/** Sizes of a model that every arena depends on. */
export interface ArenaShape {
  readonly config: AlbertConfig;
  /** Bytes of a quantized activation, 0 for f32. */
  readonly activationBytes: number;
  readonly threads: number;
  /** The most panels of outliers that a product has, which are multiplied in f32 besides the int8 product. */
  readonly outlierPanels: number;
  /** Panels of the widest input and of the widest result in the head. */
  readonly headInputPanels: number;
  readonly headPanels: number;
}

/** Bytes at the start of scratch for products, and inverse sums (assembly/inference/attention.ts) or outliers (linear.ts). */
const scratchHead = 224;

/** Bytes of each of a head's two buffers, unless one row needs more: a vocabulary is 120 kB wide. */
const headBufferBytes = 1 << 22;

/** Returns the number of rows that a head processes together. */
export function headRowsOf({ headPanels }: ArenaShape, rows: number): number {
  return Math.min(rows, Math.max(1, Math.floor(headBufferBytes / (headPanels * panelSize * 4))));
}

/** Lays the buffers out in one block of the heap. */
export function layOut(heap: Heap, shape: ArenaShape, { rows, firsts, keys }: Demand): Arena {
  const { config, activationBytes, threads } = shape;
  const lineBytes = panelSize * 4;
  const tiles = (panels: number): number => align(rows * panels * lineBytes);
  const headPanels = headPanelsOf(config);
  const attentionPanels = config.num_attention_heads * headPanels;
  const hiddenPanels = panelsOf(config.hidden_size);
  const innerPanels = panelsOf(config.intermediate_size);
  const embeddingPanels = panelsOf(config.embedding_size);
  const headBytes = align(headRowsOf(shape, rows) * shape.headPanels * lineBytes);
  const scratchBytes = align(
    2 * scratchHead +
      Math.max(
        headPanels * panelSize * lineBytes + keys * lineBytes,
        // One panel of unpacked weights: in f32 in a head, in the format of activations in a layer.
        shape.headInputPanels * panelSize * lineBytes,
        Math.max(hiddenPanels, attentionPanels, innerPanels) * panelSize * panelSize * activationBytes,
      ),
  );

  // Only first positions have two terms: see `Pass` in `packages/kernels/src/layouts.ts`.
  const quantizedRows = Math.max(rows, 2 * firsts);

  let size = 0;
  const place = (bytes: number): number => {
    const offset = size;
    size += align(bytes);
    return offset;
  };
  const offsets = {
    attentionBlocks: place((rows + firsts) * bytesOf('AttentionBlock')),
    hidden: place(tiles(hiddenPanels)),
    firstHidden: place(firsts * hiddenPanels * lineBytes),
    firstRows: place(firsts * 4),
    quantizedInput: place(
      quantizedRows * Math.max(hiddenPanels, attentionPanels, innerPanels) * panelSize * activationBytes,
    ),
    outlierInput: place(tiles(shape.outlierPanels)),
    rowScales: place(quantizedRows * 4),
    rowZeros: place(quantizedRows * 4),
    headRows: place(rows * 4),
    scratch: place(threads * scratchBytes),
  };
  // Never live at the same time: the input, the buffers of attention, of the feed-forward and of a head, and the output.
  const shared = place(
    Math.max(
      2 * tiles(embeddingPanels),
      tiles(3 * attentionPanels) + tiles(attentionPanels),
      tiles(innerPanels),
      2 * headBytes,
      tiles(hiddenPanels),
    ),
  );
  const block = heap.allocate(size);
  const at = (offset: number): number => block + offset;
  return {
    block,
    attentionBlocks: at(offsets.attentionBlocks),
    exchange: at(shared),
    embedded: at(shared + tiles(embeddingPanels)),
    hidden: at(offsets.hidden),
    firstHidden: at(offsets.firstHidden),
    firstRows: at(offsets.firstRows),
    queries: at(shared),
    context: at(shared + tiles(3 * attentionPanels)),
    inner: at(shared),
    quantizedInput: at(offsets.quantizedInput),
    outlierInput: at(offsets.outlierInput),
    rowScales: at(offsets.rowScales),
    rowZeros: at(offsets.rowZeros),
    headBuffers: [at(shared), at(shared + headBytes)],
    headRows: at(offsets.headRows),
    scratch: at(offsets.scratch),
    scratchBytes,
  };
}

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;
