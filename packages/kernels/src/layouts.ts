/**
 * What the host writes into memory for the kernels to read, declared once: `records.ts` takes its types from here, and
 * `scripts/build-wasm.mjs` writes the kernels' classes and codes from it. Every field has 4 bytes.
 *
 * Activations lie in tiles of at most 6 rows: `[tile][panel of 8 columns][row of the tile][8]`. A tile is one stream for the
 * inner product, whatever the width, and every row count divides into tiles of nearly equal height.
 */
import { activationNames, activations, type Activation } from '@albert-web/core/spec';

const activationCodes = {
  none: 0,
  ...(Object.fromEntries(activationNames.map((name) => [name, activations[name].code])) as Record<Activation, number>),
};

/** Numbers that stand for names, on both sides. */
export const codes = {
  Activation: activationCodes,
  /** How int8 products are summed: see assembly/inference/tile-q8.ts. `none` is f32. */
  Dot: { none: 0, fused: 1, split: 2, wide: 3 },
  /**
   * `q4`: 4-bit weights that become int8 just before they are multiplied. `widened`, `widened4`: int8 and 4-bit weights that
   * become f32, for inputs in f32.
   */
  WeightStorage: { f32: 0, q8: 1, widened: 2, q4: 3, widened4: 4 },
  JobKind: {
    /** `output = activation(input * weights + bias)`: all three in `Job`. */
    linear: 0,
    /** Normalizes `input` in place; `weights` is a `Norm`. */
    layerNorm: 1,
    /** Copies rows of the source pass's hidden state into the pass's own. */
    gatherRows: 2,
    /** What LayerNorm does for later layers: int8 inputs of the hidden state. `weights` is an `Outliers` or 0. Not a job where nothing is quantized. */
    quantizeHidden: 3,
    /** `weights` is a `Layer`. */
    runLayer: 4,
    /** Ends the worker's loop. */
    stop: 5,
  },
  /** What a layer does, in order. */
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
  /** What training's threads do: see assembly/training/index.ts. */
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
  /** What a product of training is added to. */
  GemmStart: { output: 0, zero: 1, bias: 2 },
} as const;

/** How the kernels read a field: a number, a code, or the address of bytes (`usize`) or of a record. */
type FieldType = 'i32' | 'f32' | 'usize' | keyof typeof codes | RecordName | `${RecordName} | null`;

/** A record's fields in their order, `own` before `host`. Those of `own` belong to the kernels: the host leaves them 0. */
interface Layout {
  /** The record whose fields come first. */
  readonly extends?: RecordName;
  readonly own?: Readonly<Record<string, FieldType>>;
  readonly host: Readonly<Record<string, FieldType>>;
}

export type RecordName = 'Team' | 'Task' | 'Linear' | 'Norm' | 'Outliers' | 'Layer' | 'AttentionBlock' | 'Pass' | 'Job';

/** What threads share that work together. */
const team = {
  own: {
    /** Next piece of work, threads at the barrier, barriers passed. */
    nextItem: 'i32',
    arrived: 'i32',
    generation: 'i32',
    /** Set by a thread that cannot go on. */
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
   * A linear layer. Weights lie in panels of 8 outputs, ordered as the products read them (tile-f32.ts, tile-q8.ts); missing rows
   * and columns are zero.
   */
  Linear: {
    host: {
      weights: 'usize',
      bias: 'usize',
      storage: 'WeightStorage',
      /** Weights that are multiplied in int8, or stored so: `value = weight * scales[output]`; else 0. */
      scales: 'usize',
      /**
       * 4-bit weights, one for each group of 32 k, `[panel][group][8]`; else 0. Storage `q4`, i16: the weight in int8 is
       * `round((nibble - 8) * multiple / 128)`. Storage `widened4`, f32: its value is `(nibble - 8) * multiple`.
       */
      multiples: 'usize',
      /** Weights that are multiplied in int8: sum of each output's weights, which the activations' zero point is multiplied with; else 0. */
      sums: 'usize',
      inputPanels: 'i32',
      outputPanels: 'i32',
      activation: 'Activation',
      /** Weights that are multiplied in int8: null, or the columns of the input that are not in int8. */
      outliers: 'Outliers | null',
      /** Their weights in f32, in panels of their own. */
      outlierWeights: 'usize',
    },
  },
  /** A LayerNorm over `size` columns. */
  Norm: { host: { weight: 'usize', bias: 'usize', size: 'i32' } },
  /** Columns that reach much further than the others: left out of the int8 of their row, and multiplied in f32. */
  Outliers: {
    host: {
      /** f32, one a column: 0 for those, else 1. */
      factors: 'usize',
      /** i32 `[panels * 8]`: the columns. */
      columns: 'usize',
      panels: 'i32',
    },
  },
  /** One inner layer of the encoder. */
  Layer: {
    host: {
      /** All three, and the same weights in two parts. */
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
  /** Queries of one sequence that are attended together, and the keys they see. */
  AttentionBlock: {
    host: {
      firstQuery: 'i32',
      queries: 'i32',
      firstKey: 'i32',
      keys: 'i32',
      /** 1 / sqrt(head size); 0 where no key may be seen, which makes all probabilities equal. */
      scale: 'f32',
    },
  },
  /** One forward pass of some rows (tokens): sizes, buffers, and what threads share. */
  Pass: {
    extends: 'Team',
    own: team.own,
    host: {
      ...team.host,
      rows: 'i32',
      /**
       * Null, or the pass that these rows are some rows of: row `i` begins as its row `sourceRows[i]`. In a layer, keys and
       * values are those of all its rows.
       */
      source: 'Pass | null',
      sourceRows: 'usize',
      /** Height of the lower tiles; the first `tallTiles` are one row higher. */
      tileHeight: 'i32',
      tallTiles: 'i32',
      tiles: 'i32',
      /**
       * Int8 rows that one row of a product's input becomes. Where 2, the second is what the first leaves, and a tile has twice as
       * many of them: `[panel][first of each row, second of each row]`.
       */
      terms: 'i32',
      heads: 'i32',
      /** Panels of one head, whose columns are padded to a multiple of 8. */
      headPanels: 'i32',
      hiddenPanels: 'i32',
      innerPanels: 'i32',
      dot: 'Dot',
      /** See assembly/inference/tile-q8.ts. */
      leastActivation: 'i32',
      /** Steps from the least to the largest activation: see `Dot` in packages/backends/src/wasm/dot.ts. */
      levels: 'i32',
      epsilon: 'f32',
      attentionBlocks: 'usize',
      attentionBlockCount: 'i32',
      /** Tiles `[rows, hidden]`: each layer's input, its residual stream, its output. */
      hidden: 'usize',
      /** `[panel][row][8]`: queries of all heads. Without a source, keys and values follow at once. */
      queries: 'usize',
      /** `[panel][key row][8]`: keys of all heads, then values. */
      keyValues: 'usize',
      keyRows: 'i32',
      /** Tiles `[rows, heads * padded head size]`. */
      context: 'usize',
      /** Tiles `[rows, intermediate]`; shares its place with the three above. */
      inner: 'usize',
      /** Tiles of 8-bit activations, with one scale and one zero point for each row's terms. */
      quantizedInput: 'usize',
      /** Tiles of f32: the outliers among the same columns. */
      outlierInput: 'usize',
      rowScales: 'usize',
      rowZeros: 'usize',
      /** `scratchBytes` for each thread. */
      scratch: 'usize',
      scratchBytes: 'usize',
    },
  },
  /**
   * What the threads do next. Every job ends in a barrier: else a slow thread would read the next one as the one it woke
   * for.
   */
  Job: {
    own: {
      /** Grows by one with every job. */
      number: 'i32',
    },
    host: {
      kind: 'JobKind',
      pass: 'Pass',
      /** A `Linear`, `Norm` or `Layer`, by the kind. */
      weights: 'usize',
      /** Tiles over the pass's rows that `linear` and `layerNorm` read and write. */
      input: 'usize',
      output: 'usize',
    },
  },
  /** A training kernel and its arguments, for all threads. */
  Task: {
    own: {
      /** Grows by one with every task. */
      number: 'i32',
    },
    host: {
      kernel: 'TrainingKernel',
      team: 'Team',
      /** f64, in the order in which the kernel takes them. */
      args: 'usize',
    },
  },
} as const satisfies Record<RecordName, Layout>;
