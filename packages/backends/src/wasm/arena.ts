/** Scratch memory of one pass: sized from the configuration and the rows at hand, grown when needed, reused between calls. */
import type { AlbertConfig } from '@albert-web/core';
import { attentionBlockBytes, type Heap } from '@albert-web/kernels';
import { headPanelsOf, panelsOf, panelSize } from './packing.ts';

/** Addresses of the buffers that `Pass` names; see assembly/inference/records.ts in `packages/kernels`. */
export interface Arena {
  readonly attentionBlocks: number;
  /** Row-major f32 as the host writes and reads it: embeddings in, hidden states out. */
  readonly exchange: number;
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
  readonly rowScales: number;
  readonly rowZeros: number;
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

/** Products and inverse sums, in front of a strip's queries and scores: assembly/inference/attention.ts. */
const scratchHead = 224;

/** Lays the buffers out from the heap's top on. `activationBytes` is the size of a quantized activation, 0 for f32. */
export function layOut(
  heap: Heap,
  config: AlbertConfig,
  activationBytes: number,
  threads: number,
  demand: Demand,
): Arena {
  const { rows, firsts, keys } = demand;
  const lineBytes = panelSize * 4;
  const tiles = (panels: number): number => rows * panels * lineBytes;
  const headPanels = headPanelsOf(config);
  const attentionPanels = config.num_attention_heads * headPanels;
  const hiddenPanels = panelsOf(config.hidden_size);
  const innerPanels = panelsOf(config.intermediate_size);
  const embeddingPanels = panelsOf(config.embedding_size);

  const attentionBlocks = heap.allocate((rows + firsts) * attentionBlockBytes);
  const hidden = heap.allocate(tiles(hiddenPanels));
  const firstHidden = heap.allocate(firsts * hiddenPanels * lineBytes);
  const firstRows = heap.allocate(firsts * 4);
  const quantizedInput = heap.allocate(
    rows * Math.max(hiddenPanels + 1, attentionPanels, innerPanels) * panelSize * activationBytes,
  );
  const rowScales = heap.allocate(rows * 4);
  const rowZeros = heap.allocate(rows * 4);
  const scratchBytes = align(scratchHead + headPanels * panelSize * lineBytes + keys * lineBytes);
  const scratch = heap.allocate(threads * scratchBytes);

  // These never live at the same time: what comes in, attention's own, the feed-forward's own, what goes out.
  const shared = heap.allocate(
    Math.max(
      align(tiles(embeddingPanels)) + tiles(embeddingPanels),
      align(tiles(3 * attentionPanels)) + tiles(attentionPanels),
      tiles(innerPanels),
      tiles(hiddenPanels),
    ),
  );
  return {
    attentionBlocks,
    exchange: shared,
    embedded: shared + align(tiles(embeddingPanels)),
    hidden,
    firstHidden,
    firstRows,
    queries: shared,
    context: shared + align(tiles(3 * attentionPanels)),
    inner: shared,
    quantizedInput,
    rowScales,
    rowZeros,
    scratch,
    scratchBytes,
  };
}

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;
