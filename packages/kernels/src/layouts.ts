/**
 * The records that the host writes into memory for the kernels to read, declared once: `records.ts` derives its types from
 * them, and `scripts/build-wasm.mjs` generates the kernels' classes and codes. Every field has 4 bytes.
 *
 * Activations are stored in tiles of at most 6 rows: `[tile][panel of 8 columns][row of the tile][8]`. The inner product reads a
 * tile sequentially, whatever its width, and any number of rows can be divided into tiles of nearly equal height.
 */
import { activationNames, activations, type Activation } from '@albert-web/core/spec';

const activationCodes = {
  none: 0,
  ...(Object.fromEntries(activationNames.map((name) => [name, activations[name].code])) as Record<Activation, number>),
};

/** The numeric codes of names, for the host and the kernels. */
export const codes = {
  Activation: activationCodes,
  /** How int8 products are summed: see assembly/inference/tile-q8.ts. `none` is f32. */
  Dot: { none: 0, fused: 1, split: 2, wide: 3 },
  /**
   * `q4`: 4-bit weights that are unpacked to integers just before they are multiplied. `widened`, `widened4`: int8 and 4-bit
   * weights that are converted to f32, for inputs in f32.
   */
  WeightStorage: { f32: 0, q8: 1, widened: 2, q4: 3, widened4: 4 },
  JobKind: {
    /** Computes `output = activation(input * weights + bias)`; `weights` is a `Linear`. */
    linear: 0,
    /** Normalizes `input` in place; `weights` is a `Norm`. */
    layerNorm: 1,
    /** Copies rows of the source pass's hidden state into the pass's own. */
    gatherRows: 2,
    /** Quantizes the hidden state, as LayerNorm does for later layers. `weights` is an `Outliers` or 0. Only for q8. */
    quantizeHidden: 3,
    /** Runs one inner layer; `weights` is a `Layer`. */
    runLayer: 4,
    /** Ends the worker's loop. */
    stop: 5,
  },
  /** The steps of a layer, in order. */
  Step: {
    queryKeyValue: 0,
    attention: 1,
    quantizeContext: 2,
    attentionOutput: 3,
    attentionNorm: 4,
    ffn: 5,
    quantizeInner: 6,
    ffnOutput: 7,
    outputNorm: 8,
  },
  /** The training kernels: see assembly/training/index.ts. */
  TrainingKernel: {
    activate: 0,
    activateGradient: 1,
    addColumnSums: 2,
    attend: 3,
    attendGradient: 4,
    dropout: 5,
    gemm: 6,
    layerNorm: 7,
    layerNormGradient: 8,
    /** Ends the worker's loop. */
    stop: 9,
  },
  /** What a training product is added to. */
  GemmStart: { output: 0, zero: 1, bias: 2 },
} as const;

/** How the kernels read a field: a number, a code, or the address of bytes (`usize`) or of a record. */
type FieldType = 'i32' | 'f32' | 'usize' | keyof typeof codes | RecordName | `${RecordName} | null`;

/** A record's fields in order, `own` before `host`. The kernels write those of `own`: the host leaves them 0. */
interface Layout {
  /** The record whose fields come first. */
  readonly extends?: RecordName;
  readonly own?: Readonly<Record<string, FieldType>>;
  readonly host: Readonly<Record<string, FieldType>>;
}

export type RecordName = 'Team' | 'Task' | 'Linear' | 'Norm' | 'Outliers' | 'Layer' | 'AttentionBlock' | 'Pass' | 'Job';

/** State shared by threads that work together. */
const team = {
  own: {
    /** The next work item, the threads waiting at the barrier, and the barriers passed. */
    nextItem: 'i32',
    arrived: 'i32',
    generation: 'i32',
    /** Set by a thread that cannot continue. */
    abandoned: 'i32',
  },
  host: {
    threads: 'i32',
    /** Whether thread 0 may sleep at a barrier: a page's main thread may not. */
    callerSleeps: 'i32',
  },
} as const satisfies Layout;

export const layouts = {
  Team: team,
  /**
   * A linear layer. Weights are stored in panels of 8 outputs, in the order in which the products read them (tile-f32.ts,
   * tile-q8.ts), padded with zero rows and columns.
   */
  Linear: {
    host: {
      weights: 'usize',
      bias: 'usize',
      storage: 'WeightStorage',
      /** For weights stored or multiplied in int8: `value = weight * scales[output]`; else 0. */
      scales: 'usize',
      /**
       * For 4-bit weights, one for each group of 32 k, `[panel][group][8]`; else 0. With storage `q4`, i16: the weight in int8 is
       * `round((nibble - 8) * multiple / 128)`. With storage `widened4`, f32: its value is `(nibble - 8) * multiple`.
       */
      multiples: 'usize',
      /** For weights multiplied in int8: the sum of each output's weights, to correct for the activations' zero point; else 0. */
      sums: 'usize',
      inputPanels: 'i32',
      outputPanels: 'i32',
      activation: 'Activation',
      /** For weights multiplied in int8: the columns of the input that are not in int8, or null. */
      outliers: 'Outliers | null',
      /** The weights of the outliers in f32, in panels of their own. */
      outlierWeights: 'usize',
    },
  },
  /** A LayerNorm over `size` columns. */
  Norm: { host: { weight: 'usize', bias: 'usize', size: 'i32' } },
  /** Columns with much larger values than the others: left out when their row is quantized, and multiplied in f32. */
  Outliers: {
    host: {
      /** f32, one per column: 0 for outliers, else 1. */
      factors: 'usize',
      /** i32 `[panels * 8]`: the indices of the outliers. */
      columns: 'usize',
      panels: 'i32',
    },
  },
  /** One inner layer of the encoder. */
  Layer: {
    host: {
      /** The projections to queries, keys and values together, and the same weights in two parts. */
      queryKeyValue: 'Linear',
      query: 'Linear',
      keyValue: 'Linear',
      attentionOutput: 'Linear',
      attentionNorm: 'Norm',
      ffn: 'Linear',
      ffnOutput: 'Linear',
      outputNorm: 'Norm',
    },
  },
  /** Queries of one sequence that are processed together, and the keys they see. */
  AttentionBlock: {
    host: {
      firstQuery: 'i32',
      queries: 'i32',
      firstKey: 'i32',
      keys: 'i32',
      /** 1 / sqrt(head size); 0 if no key may be seen, which makes all probabilities equal. */
      scale: 'f32',
    },
  },
  /** One forward pass over some rows (tokens): sizes, buffers, and state shared by threads. */
  Pass: {
    extends: 'Team',
    own: team.own,
    host: {
      ...team.host,
      rows: 'i32',
      /**
       * Null, or the pass from which these rows are taken: row `i` is a copy of its row `sourceRows[i]`. Keys and values are
       * those of all its rows.
       */
      source: 'Pass | null',
      sourceRows: 'usize',
      /** Height of the lower tiles; the first `tallTiles` are one row higher. */
      tileHeight: 'i32',
      tallTiles: 'i32',
      tiles: 'i32',
      /**
       * Number of int8 rows that represent one row of a product's input. If 2, the second stores the rounding error of the first,
       * and a tile has twice as many rows: `[panel][first of each row, second of each row]`.
       */
      terms: 'i32',
      heads: 'i32',
      /** Panels per head; a head's columns are padded to a multiple of 8. */
      headPanels: 'i32',
      hiddenPanels: 'i32',
      innerPanels: 'i32',
      dot: 'Dot',
      /** See assembly/inference/tile-q8.ts. */
      leastActivation: 'i32',
      /** Steps from the smallest to the largest activation: see `Dot` in packages/backends/src/wasm/dot.ts. */
      levels: 'i32',
      epsilon: 'f32',
      attentionBlocks: 'usize',
      attentionBlockCount: 'i32',
      /** Tiles `[rows, hidden]`: the residual stream, which is each layer's input and output. */
      hidden: 'usize',
      /** `[panel][row][8]`: queries of all heads. Without a source, keys and values follow immediately. */
      queries: 'usize',
      /** `[panel][key row][8]`: keys of all heads, then values. */
      keyValues: 'usize',
      keyRows: 'i32',
      /** Tiles `[rows, heads * padded head size]`. */
      context: 'usize',
      /** Tiles `[rows, intermediate]`; shares memory with the three above. */
      inner: 'usize',
      /** Tiles of quantized activations, with one scale and one zero point for each term of a row. */
      quantizedInput: 'usize',
      /** Tiles of f32: the outliers of the same input. */
      outlierInput: 'usize',
      rowScales: 'usize',
      rowZeros: 'usize',
      /** `scratchBytes` bytes for each thread. */
      scratch: 'usize',
      scratchBytes: 'usize',
    },
  },
  /**
   * What the threads do next. Every job ends in a barrier: otherwise, a slow thread would read the next job instead of the one
   * that woke it.
   */
  Job: {
    own: {
      /** Incremented with every job. */
      number: 'i32',
    },
    host: {
      kind: 'JobKind',
      pass: 'Pass',
      /** Depends on the kind: see `JobKind`. */
      weights: 'usize',
      /** Tiles over the pass's rows that `linear` and `layerNorm` read and write. */
      input: 'usize',
      output: 'usize',
    },
  },
  /** A training kernel and its arguments, for all threads. */
  Task: {
    own: {
      /** Incremented with every task. */
      number: 'i32',
    },
    host: {
      kernel: 'TrainingKernel',
      team: 'Team',
      /** f64, in the order of the kernel's parameters. */
      args: 'usize',
    },
  },
} as const satisfies Record<RecordName, Layout>;
