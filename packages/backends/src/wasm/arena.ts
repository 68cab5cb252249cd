/** Scratch memory of one pass: sized from the configuration and the rows at hand, grown when needed, reused between calls. */
import type { AlbertConfig } from '@albert-web/core';
import { bytesOf, type Heap } from '@albert-web/kernels';
import { headPanelsOf, panelsOf, panelSize } from './panels.ts';

/** Addresses of the buffers that passes name: see `Pass` in `packages/kernels/src/layouts.ts`. */
export interface Arena {
  /** What to free. */
  readonly block: number;
  readonly attentionBlocks: number;
  /** Row-major f32 as the host writes and reads it: embeddings in, hidden states out. */
  readonly exchange: number;
  /** Tiles of the embeddings before they are mapped to the hidden size. */
  readonly embedded: number;
  readonly hidden: number;
  /** Where the first positions' own hidden state is, and which rows they come from. */
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
  /** What a head reads and writes in turn, and which rows it reads. */
  readonly headBuffers: readonly [number, number];
  readonly headRows: number;
  readonly scratch: number;
  readonly scratchBytes: number;
}

/** What a pass needs room for. */
export interface Demand {
  readonly rows: number;
  /** Sequences of which only the first position is asked for. */
  readonly firsts: number;
  /** Keys of the longest sequence. */
  readonly keys: number;
}

/** What the model asks of every arena. */
export interface ArenaShape {
  readonly config: AlbertConfig;
  /** The size of a quantized activation, 0 for f32. */
  readonly activationBytes: number;
  readonly threads: number;
  /** The most panels of a product's input that are multiplied in f32 beside int8. */
  readonly outlierPanels: number;
  /** Panels of the widest input and of the widest result in the head. */
  readonly headInputPanels: number;
  readonly headPanels: number;
}

/** What comes first: products, and inverse sums (assembly/inference/attention.ts) or outliers' products (linear.ts there). */
const scratchHead = 224;

/** Bytes of each of a head's two buffers, unless one row needs more: a vocabulary is 120 kB wide. */
const headBufferBytes = 1 << 22;

/** Rows that go through a head together. */
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
        // One panel of weights that are unpacked: into f32 in a head, into what activations are in a layer.
        shape.headInputPanels * panelSize * lineBytes,
        Math.max(hiddenPanels, attentionPanels, innerPanels) * panelSize * panelSize * activationBytes,
      ),
  );

  // First positions alone have two terms: see `Pass` in `packages/kernels/src/layouts.ts`.
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
  // These never live at the same time: what comes in, attention's own, the feed-forward's own, a head's own, what goes out.
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
