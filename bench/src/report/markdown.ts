/** A report as Markdown, which the page copies and the runner writes. */
import { configOf } from '../model/shapes.ts';
import { assumedPeaks, gpuCosts, weightBytes, type GpuCost } from './gpu-cost.ts';
import type { PartRow, Report, Row } from './report.ts';
import { labelOf } from './report.ts';

export function toMarkdown(report: Report): string {
  const { machine } = report;
  return [
    `# albert-web bench, ${report.date}`,
    '',
    `- machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}`,
    `- GPU: ${machine.gpu}`,
    `- browser: ${report.browser}`,
    `- commit: ${report.commit}`,
    '',
    'Median milliseconds from token ids to logits on the host; the engines of a line took turns in one run on the same',
    'weights and inputs. "ours / theirs" columns say how many times faster we are: `theirs / ours`.',
    '',
    ...forwardTables(report),
    ...pairTable(report),
    ...loadTable(report),
    ...partTable(report),
    ...gpuCostTable(report),
    ...agreementTable(report),
    ...skippedList(report),
  ].join('\n');
}

/** Returns one table per page, so that engines measured together are in one table. */
function forwardTables({ rows }: Report): string[] {
  const forward = rows.filter(({ measure }) => measure === 'forward');
  const groups = groupBy(forward, groupOf);
  return [...groups].flatMap(([title, group]) => {
    const engines = [...new Set(group.map(labelOf))];
    const inputs = groupBy(group, ({ batch, length }) => `${batch} | ${length}`);
    const rivals = engines.filter((label) => !label.startsWith('albert-web'));
    const own = engines.filter((label) => label.startsWith('albert-web'));
    const comparisons = own.flatMap((label) => rivals.map((rival) => [label, rival] as const));
    return [
      `## ${title}`,
      '',
      ...table(
        ['batch | length', ...engines, ...comparisons.map(([label, rival]) => `${label} vs ${rival}`)].join(' | '),
        [...inputs].map(([input, measured]) => {
          const find = (label: string): Row | undefined => measured.find((row) => labelOf(row) === label);
          return [
            input,
            ...engines.map((label) => milliseconds(find(label)?.medianMs)),
            ...comparisons.map(([label, rival]) => times(find(label)?.ratio[rival])),
          ].join(' | ');
        }),
      ),
    ];
  });
}

/** `Map.groupBy`, which Node 20 lacks. */
function groupBy(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}

function groupOf({ shape, backend, threads, isolated }: Row): string {
  const threading = backend === 'wasm' ? `, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : '';
  return `${shape}, ${backend}${threading}${isolated ? '' : ', page without COOP and COEP headers'}`;
}

function pairTable({ rows }: Report): string[] {
  const pairs = rows.filter(({ measure }) => measure === 'pairs');
  if (pairs.length === 0) return [];
  return [
    '## Sentence pairs as text to verdicts',
    '',
    ...table(
      'engine | model | threads | pairs | ms | pairs/s | times faster',
      pairs.map((row) =>
        [
          labelOf(row),
          row.shape,
          row.threads,
          row.batch,
          milliseconds(row.medianMs),
          ((1000 * row.batch) / row.medianMs).toFixed(1),
          Object.entries(row.ratio)
            .map(([rival, ratio]) => `${times(ratio)} ${rival}`)
            .join(', '),
        ].join(' | '),
      ),
    ),
  ];
}

function loadTable({ rows }: Report): string[] {
  const loads = rows.filter(({ measure }) => measure === 'load-cold' || measure === 'load-cached');
  if (loads.length === 0) return [];
  return [
    '## From nothing to a first verdict of the default model',
    '',
    ...table(
      'engine | backend | from | ms',
      loads.map((row) =>
        [labelOf(row), row.backend, row.measure === 'load-cold' ? 'server' : 'cache', milliseconds(row.medianMs)].join(
          ' | ',
        ),
      ),
    ),
  ];
}

function partTable({ parts }: Report): string[] {
  if (parts.length === 0) return [];
  return [
    '## Parts of a call',
    '',
    ...table(
      'engine | backend | shape | threads | batch | length | part | ms',
      parts.map((row) =>
        [
          labelOf(row),
          row.backend,
          row.shape,
          row.threads,
          row.batch,
          row.length,
          row.part,
          milliseconds(row.medianMs),
        ].join(' | '),
      ),
    ),
  ];
}

/** The pass whose cost is compared with the GPU's own clock, if a report has it. */
const gpuPass = { shape: 'base', batch: 1, length: 128 } as const;

/** Returns what a pass costs on paper, kernel by kernel, next to the times measured on a real GPU. */
function gpuCostTable({ parts }: Report): string[] {
  const { shape, batch, length } = gpuPass;
  const own = parts.filter(
    (part) =>
      labelOf(part) === 'albert-web f32' &&
      part.backend === 'webgpu' &&
      part.shape === shape &&
      part.batch === batch &&
      part.length === length,
  );
  const { gigaOperations, gigabytes, dispatchMicroseconds } = assumedPeaks;
  return [
    '## What a pass costs on WebGPU, on paper',
    '',
    `${shape} in f32, batch ${batch}, length ${length}, every row in every layer. The least time is for an assumed GPU of`,
    `${gigaOperations / 1000} TFLOPS, ${gigabytes} GB/s and ${dispatchMicroseconds} µs a dispatch. A measured time is the GPU's own.`,
    '',
    ...table(
      'kernel | dispatches | GFLOP | MB | least ms | measured ms',
      gpuCosts(configOf(shape), { batch, length, weights: 'f32' }, assumedPeaks).map((cost) =>
        [
          cost.step,
          cost.dispatches,
          (cost.operations / 1e9).toFixed(2),
          (cost.bytes / 1e6).toFixed(1),
          milliseconds(cost.leastMilliseconds),
          milliseconds(measuredStep(own, cost.step)),
        ].join(' | '),
      ),
    ),
    'The same pass, all kernels together, by the format of the weights in GPU memory:',
    '',
    ...table(
      'weights | MB | least ms',
      (Object.keys(weightBytes) as (keyof typeof weightBytes)[]).map((weights) => {
        const costs = gpuCosts(configOf(shape), { batch, length, weights }, assumedPeaks);
        const sum = (of: (cost: GpuCost) => number): number => costs.reduce((total, cost) => total + of(cost), 0);
        return [
          weights,
          (sum(({ bytes }) => bytes) / 1e6).toFixed(1),
          milliseconds(sum(({ leastMilliseconds }) => leastMilliseconds)),
        ].join(' | ');
      }),
    ),
  ];
}

/** Returns the time of a kernel in a profiled pass, including the variant for the first layer. */
function measuredStep(parts: readonly PartRow[], step: string): number | undefined {
  const ofStep = parts.filter(({ part }) =>
    ['', ' (first)'].some((variant) => part.startsWith(`a pass: ${step}${variant}, dispatched`)),
  );
  return ofStep.length === 0 ? undefined : ofStep.reduce((sum, { medianMs }) => sum + medianMs, 0);
}

function agreementTable({ agreement }: Report): string[] {
  if (agreement.length === 0) return [];
  return [
    '## Agreement of the logits, checked before timing',
    '',
    ...table(
      'engine | backend | shape | largest difference | cosine',
      agreement.map((row) =>
        [labelOf(row), row.backend, row.shape, row.maxAbsDiff.toExponential(1), row.cosine.toFixed(6)].join(' | '),
      ),
    ),
  ];
}

function skippedList({ skipped }: Report): string[] {
  if (skipped.length === 0) return [];
  return ['## Not measured', '', ...skipped.map(({ what, why }) => `- ${what}: ${why}`), ''];
}

/** @param head and lines: cells joined by ` | `. */
function table(head: string, lines: readonly string[]): string[] {
  const columns = head.split(' | ').length;
  return [`| ${head} |`, `|${' --- |'.repeat(columns)}`, ...lines.map((line) => `| ${line} |`), ''];
}

const milliseconds = (value: number | undefined): string =>
  value === undefined ? '' : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
const times = (value: number | undefined): string => (value === undefined ? '' : `${value.toFixed(2)}x`);
