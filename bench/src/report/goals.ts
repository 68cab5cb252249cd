/** The goals of the benchmark and how far they are reached. Figures are read from reports, so that the table is never out of date. */
import { labelOf, type Report, type Row } from './report.ts';

/** One figure with its goal. */
export interface Goal {
  readonly what: string;
  readonly bound: Bound;
  /** Reads the figure from a report; undefined if the report does not have it. */
  readonly measure: (report: Report) => number | undefined;
  /** Why the figure is where it is, shown until the goal is reached. */
  readonly why: string;
}

/** Smallest or largest allowed value, and how many digits are shown. */
export interface Bound {
  readonly kind: 'at least' | 'at most';
  readonly value: number;
  readonly unit: 'x' | '%' | 's' | '';
  readonly digits: number;
}

/** A run of the benchmark, named after what distinguishes its machine. */
export interface Run {
  readonly name: string;
  readonly report: Report;
}

/** A goal whose figure another command prints. */
export interface OtherGoal {
  readonly what: string;
  readonly goal: string;
  readonly reached: string;
  readonly why: string;
  /** The command, or several for a figure from several browsers. */
  readonly command: string | readonly string[];
}

const atLeast = (value: number): Bound => ({ kind: 'at least', value, unit: 'x', digits: 2 });
const seconds = (value: number): Bound => ({ kind: 'at most', value, unit: 's', digits: 2 });

/** An input for the base shape, the backend and the number of threads. */
interface Input {
  readonly backend: 'wasm' | 'webgl';
  readonly batch: number;
  readonly length: number;
  readonly threads: number;
}

const usual: Input = { backend: 'wasm', batch: 1, length: 128, threads: 1 };

/** Returns how many times faster we are than a peer. */
export function ratio(precision: 'f32' | 'q8', peer: string, input: Input = usual): Goal['measure'] {
  return ({ rows }) => rows.find((row) => isForward(row, precision, input))?.ratio[peer];
}

function isForward(row: Row, precision: string, { backend, batch, length, threads }: Input): boolean {
  return (
    labelOf(row) === `albert-web ${precision}` &&
    row.measure === 'forward' &&
    row.backend === backend &&
    row.shape === 'base' &&
    row.isolated &&
    row.batch === batch &&
    row.length === length &&
    row.threads === threads
  );
}

/** Returns how many times faster two threads are than one. */
function speedup(precision: 'f32' | 'q8'): Goal['measure'] {
  return ({ rows }) => {
    const [one, two] = [1, 2].map((threads) => rows.find((row) => isForward(row, precision, { ...usual, threads })));
    return one && two && one.medianMs / two.medianMs;
  };
}

function pairs(shape: string): Goal['measure'] {
  return ({ rows }) =>
    rows.find((row) => row.engine === 'albert-web' && row.measure === 'pairs' && row.shape === shape)?.ratio[
      'transformers.js q8'
    ];
}

function firstVerdict(measure: 'load-cold' | 'load-cached'): Goal['measure'] {
  return ({ rows }) => {
    const row = rows.find((row) => row.measure === measure);
    return row && row.medianMs / 1000;
  };
}

const products = ['queryKeyValue', 'attentionOutput', 'ffn', 'ffnOutput'];
const innermost = "its products at the innermost loop's own speed";

/** Returns the milliseconds of each part of one layer of the base shape, on one thread. */
function layerOf({ parts }: Report, precision: 'f32' | 'q8'): ReadonlyMap<string, number> {
  const own = parts.filter(
    (part) =>
      labelOf(part) === `albert-web ${precision}` &&
      part.backend === 'wasm' &&
      part.shape === 'base' &&
      part.length === usual.length &&
      part.part.startsWith('a layer: '),
  );
  return new Map(own.map(({ part, medianMs }) => [part.slice('a layer: '.length), medianMs]));
}

const sum = (values: Iterable<number>): number => Array.from(values).reduce((total, value) => total + value, 0);

/** Returns the share of a layer's time, in percent, that is not spent in products or attention. */
function rest(precision: 'f32' | 'q8'): Goal['measure'] {
  return (report) => {
    const steps = [...layerOf(report, precision)].filter(([step]) => step !== innermost);
    if (steps.length === 0) return undefined;
    const of = (some: typeof steps): number => sum(some.map(([, milliseconds]) => milliseconds));
    return (100 * of(steps.filter(([step]) => !products.includes(step) && step !== 'attention'))) / of(steps);
  };
}

/** Returns the speed of a layer's products, in percent of the speed of their innermost loop alone. */
function efficiency(precision: 'f32' | 'q8'): Goal['measure'] {
  return (report) => {
    const layer = layerOf(report, precision);
    const best = layer.get(innermost);
    return best && (100 * best) / sum(products.map((step) => layer.get(step) ?? NaN));
  };
}

function difference(of: 'maxAbsDiff' | 'cosine'): Goal['measure'] {
  return ({ agreement }) =>
    agreement.find((row) => labelOf(row) === 'albert-web q8' && row.backend === 'wasm' && row.shape === 'base')?.[of];
}

const byteProducts =
  'without AVX-VNNI, V8 emits five instructions for a dot product of bytes, and the products take 80 to 90 % of the time';

export const goals: readonly Goal[] = [
  {
    what: 'f32, length 128, against LiteRT.js f32',
    bound: atLeast(1.45),
    measure: ratio('f32', 'LiteRT.js f32'),
    why: 'XNNPACK runs near the limit of the same instructions',
  },
  {
    what: 'f32, length 128, against onnxruntime-web f32',
    bound: atLeast(2),
    measure: ratio('f32', 'onnxruntime-web f32'),
    why: "the innermost loop of the products alone, at two multiply-adds a cycle, takes longer than half of onnxruntime-web's time",
  },
  {
    what: 'f32, length 128, products against their innermost loop alone',
    bound: { kind: 'at least', value: 92, unit: '%', digits: 0 },
    measure: efficiency('f32'),
    why: 'weights stream from the second-level cache, while the loop alone reads the first',
  },
  {
    what: 'f32, length 128, work of a layer outside products and attention',
    bound: { kind: 'at most', value: 3, unit: '%', digits: 1 },
    measure: rest('f32'),
    why: 'LayerNorm reads every row three times',
  },
  {
    what: 'f32, length 128, two threads against one',
    bound: atLeast(1.8),
    measure: speedup('f32'),
    why: 'both threads share one memory bus',
  },
  {
    what: 'q8, length 128, against onnxruntime-web q8',
    bound: atLeast(2),
    measure: ratio('q8', 'onnxruntime-web q8'),
    why: byteProducts,
  },
  {
    what: 'q8, length 128, against LiteRT.js int8',
    bound: atLeast(2.5),
    measure: ratio('q8', 'LiteRT.js q8'),
    why: byteProducts,
  },
  {
    what: 'q8, random weights: largest difference of the logits from f32',
    bound: { kind: 'at most', value: 0.025, unit: '', digits: 3 },
    measure: difference('maxAbsDiff'),
    why:
      'rounding the weights to int8 alone makes 0.022, which AVX-VNNI and plain SIMD reach. Without AVX-VNNI, relaxed SIMD sums ' +
      'products in 16 bits, which leaves 7 bits for activations, and 7 for uniform random weights. Sums with room for weights of 8 bits ' +
      'take a fifth more time',
  },
  {
    what: 'q8, random weights: cosine of the logits with f32',
    bound: { kind: 'at least', value: 0.9999, unit: '', digits: 5 },
    measure: difference('cosine'),
    why: 'as above',
  },
  {
    what: 'sentence pairs from text, base, against transformers.js q8',
    bound: atLeast(3),
    measure: pairs('base'),
    why: 'as above: products in int8 take nine tenths of the time, and the tokenizer 0.1 %',
  },
  {
    what: 'sentence pairs from text, default model, against transformers.js q8',
    bound: atLeast(3),
    measure: pairs('default model'),
    why: 'as above; the tokenizer takes 0.8 %',
  },
  {
    what: 'first verdict of the default model, nothing cached',
    bound: seconds(0.6),
    measure: firstVerdict('load-cold'),
    why: 'fetching and verifying 6 MB of weights, then packing them',
  },
  {
    what: 'first verdict of the default model, from the cache',
    bound: seconds(0.35),
    measure: firstVerdict('load-cached'),
    why: 'as above, without fetching',
  },
  {
    what: 'f32 on WebGL, emulated by SwiftShader, length 64, against plain tfjs',
    bound: atLeast(2),
    measure: ratio('f32', 'tfjs f32', { ...usual, backend: 'webgl', length: 64 }),
    why: 'an invocation fetches twelve texels for 128 products, and eight render targets allow no tile that fetches fewer',
  },
];

/** Returns whether a figure reaches its goal. */
export function reaches({ kind, value }: Bound, figure: number): boolean {
  return kind === 'at least' ? figure >= value : figure <= value;
}

/** Returns the tables in Markdown, with one column of figures for each run. A goal is reached if every run reaches it. */
export function goalsTable(
  runs: readonly Run[],
  rows: readonly Goal[] = goals,
  others: readonly OtherGoal[] = [],
): string {
  const show = ({ unit, digits }: Bound, value: number): string =>
    `${value.toFixed(digits)}${unit === '%' || unit === 's' ? ' ' : ''}${unit}`;
  const lines = rows.map(({ what, bound, measure, why }) => {
    const figures = runs.map(({ report }) => measure(report));
    const reached = figures.every((figure) => figure !== undefined && reaches(bound, figure));
    const goal = `${bound.kind} ${show({ ...bound, digits: shortest(bound.value) }, bound.value)}`;
    const shown = figures.map((figure) => (figure === undefined ? 'not measured' : show(bound, figure)));
    return [what, goal, ...shown, reached ? 'reached' : why].join(' | ');
  });
  const heads = runs.map(({ name, report }) => `${name}, ${report.date.slice(0, 10)}`);
  return [
    `| ${['measured by `npx albert bench --peers`', 'goal', ...heads, 'reached, or why not'].join(' | ')} |`,
    `|${' --- |'.repeat(runs.length + 3)}`,
    ...lines.map((line) => `| ${line} |`),
    '',
    ...(others.length === 0 ? [] : ['| measured by other commands | goal | figure | reached, or why not | command |']),
    ...(others.length === 0 ? [] : ['| --- | --- | --- | --- | --- |']),
    ...others.map(
      ({ what, goal, reached, why, command }) =>
        `| ${[
          what,
          goal,
          reached,
          why,
          [command]
            .flat()
            .map((line) => `\`${line}\``)
            .join(', '),
        ].join(' | ')} |`,
    ),
    '',
  ].join('\n');
}

/** Returns how many digits a number needs after the decimal point. */
const shortest = (value: number): number => String(value).split('.')[1]?.length ?? 0;
