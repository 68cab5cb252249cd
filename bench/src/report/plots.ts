/** The plots of the page, the README and the report, from the same rows. */
import * as Plot from '@observablehq/plot';
import type { PartRow, Row } from './report.ts';
import { pairsOfHeadline, perSecond } from './headline.ts';
import { labelOf } from './report.ts';

/** What a plot is drawn for. */
export interface PlotTarget {
  /** The document to draw with, outside a browser. */
  readonly document?: Document;
  /** In pixels. Default 760. */
  readonly width?: number;
  /** Whether it is for a file, without HTML legends and tips, which only a page can show. Default: true outside a browser. */
  readonly file?: boolean;
}

/** Draws the pairs of sentences per second that the headline is about, with a bar for each engine. */
export function pairsPlot(rows: readonly Row[], target: PlotTarget = {}): Element {
  const plotted = pairsOfHeadline(rows);
  const shown = plotted
    .map((row) => ({ ...row, name: pairsNameOf(row, plotted), rate: perSecond(row) }))
    .toSorted((a, b) => b.rate - a.rate);
  return Plot.plot({
    ...common(target),
    height: 64 + 48 * shown.length,
    marginLeft: isNarrow(target) ? 112 : 150,
    marginRight: 56,
    x: {
      label: 'pairs of sentences a second',
      grid: true,
      zero: true,
      ...(isNarrow(target) && { ticks: narrowTicks }),
    },
    y: { label: null, domain: shown.map(({ name }) => name) },
    marks: [
      Plot.barX(shown, { x: 'rate', y: 'name', fill: ({ engine }: Row) => (engine === 'albert-web' ? ours : others) }),
      Plot.text(shown, {
        x: 'rate',
        y: 'name',
        text: ({ rate }: { rate: number }) => rate.toFixed(rate < 10 ? 1 : 0),
        textAnchor: 'start',
        dx: 6,
      }),
      Plot.ruleX([0]),
    ],
  });
}

/** Draws latency by length, with a line per engine. Both axes are logarithmic, so that a constant factor is a constant distance. */
export function latencyPlot(rows: readonly Row[], target: PlotTarget = {}): Element {
  const plotted = ofOneShape(rows).filter(({ batch }) => batch === 1);
  const named = plotted.map((row) => ({ ...row, engineName: nameOf(row, plotted) }));
  const names = legend(named.map(({ engineName }) => engineName));
  const shown = named.filter(({ engineName }) => names.includes(engineName)).toSorted((a, b) => a.length - b.length);
  const channels = { x: 'length', y: 'medianMs' };
  const onPaper = target.document !== undefined;
  return Plot.plot({
    ...common(target),
    // A file has no HTML legend: lines are labeled at their ends.
    ...(onPaper && { marginRight: 190 }),
    x: {
      type: 'log',
      base: 2,
      label: 'tokens',
      ticks: [...new Set(shown.map(({ length }) => length))],
      tickFormat: String,
    },
    y: { type: 'log', label: 'ms', grid: true, tickFormat: (value: number) => String(value) },
    color: { legend: !isFile(target), domain: names },
    marks: [
      Plot.line(shown, { ...channels, stroke: 'engineName', strokeWidth }),
      Plot.dot(shown, { ...channels, fill: 'engineName', tip: !isFile(target) }),
      ...(onPaper
        ? [
            Plot.text(
              shown,
              Plot.selectLast({ ...channels, z: 'engineName', text: 'engineName', textAnchor: 'start', dx: 8 }),
            ),
          ]
        : []),
    ],
  });
}

/** Draws tokens per second by batch size. */
export function throughputPlot(rows: readonly Row[], target: PlotTarget = {}): Element {
  const plotted = ofOneShape(rows).filter(({ length }, _, all) =>
    all.some((other) => other.length === length && other.batch > 1),
  );
  const named = plotted.map((row) => ({
    ...row,
    engineName: nameOf(row, plotted),
    rate: perSecond(row) * row.length,
  }));
  const names = legend(named.map(({ engineName }) => engineName));
  const shown = named.filter(({ engineName }) => names.includes(engineName)).toSorted((a, b) => a.batch - b.batch);
  return Plot.plot({
    ...common(target),
    x: {
      type: 'log',
      base: 2,
      label: 'batch',
      ticks: [...new Set(shown.map(({ batch }) => batch))],
      tickFormat: String,
    },
    y: { label: 'tokens/s', grid: true, zero: true },
    color: { legend: !isFile(target), domain: names },
    marks: [
      Plot.line(shown, {
        x: 'batch',
        y: 'rate',
        z: ({ engineName, length }: { engineName: string; length: number }) => `${engineName} ${length}`,
        stroke: 'engineName',
        strokeWidth,
      }),
      Plot.dot(shown, { x: 'batch', y: 'rate', fill: 'engineName', tip: !isFile(target) }),
    ],
  });
}

/** Draws the parts of our calls, with a bar for each input. */
export function partsPlot(parts: readonly PartRow[], target: PlotTarget = {}): Element {
  // The tokenizer's rows have no length and no other parts.
  const drawn = parts.filter(({ length }) => length > 0);
  const named = largestParts(drawn);
  const shown = drawn.map((row) => ({
    ...row,
    part: named.includes(row.part) ? row.part : 'everything else',
    call: `${row.backend} ${row.precision}, ${row.batch} x ${row.length}`,
  }));
  const calls = [...new Set(shown.map(({ call }) => call))];
  const options = common(target);
  return Plot.plot({
    ...options,
    height: Math.max(options.height ?? 0, 64 + 20 * calls.length),
    marginLeft: 130,
    x: { label: 'ms', grid: true, ...(isNarrow(target) && { ticks: narrowTicks }) },
    y: { label: null, domain: calls },
    color: { legend: !isFile(target) },
    marks: [Plot.barX(shown, { x: 'medianMs', y: 'call', fill: 'part', tip: !isFile(target) }), Plot.ruleX([0])],
  });
}

/** Returns the parts that take the most time; if there are more parts than colors, one fewer than there are colors. */
function largestParts(rows: readonly PartRow[]): string[] {
  const totals = new Map<string, number>();
  for (const { part, medianMs } of rows) totals.set(part, (totals.get(part) ?? 0) + medianMs);
  const names = [...totals].toSorted(([, a], [, b]) => b - a).map(([part]) => part);
  return names.length <= maxColors ? names : names.slice(0, maxColors - 1);
}

/** Whether a plot is as narrow as on a phone. */
const isNarrow = ({ width = defaultWidth }: PlotTarget): boolean => width < 480;
const defaultWidth = 760;
/** About as many as fit there. */
const narrowTicks = 4;

/** Colors of bars, readable on white and on black. */
const ours = '#2a8f84';
const others = '#8a8f98';

/** Returns the engine's name alone if that distinguishes the bars. */
function pairsNameOf(row: Row, rows: readonly Row[]): string {
  const alone = rows.filter(({ engine }) => engine === row.engine).length === 1;
  return alone ? (row.engine === 'tfjs' ? 'plain tfjs' : row.engine) : `${labelOf(row)}, ${row.backend}`;
}

/** Ours stand out. */
const strokeWidth = ({ engine }: Row): number => (engine === 'albert-web' ? 3 : 1.5);

const isFile = ({ document, file = document !== undefined }: PlotTarget): boolean => file;

function common({ document, width = defaultWidth }: PlotTarget): Plot.PlotOptions {
  return {
    ...(document && { document }),
    width,
    height: Math.max(220, Math.round(width * 0.5)),
    marginLeft: 56,
    marginBottom: 44,
    style: { background: 'transparent', fontSize: '13px', ...(!document && { color: 'currentColor' }) },
  };
}

/** Returns the forward passes of the most frequent shape, all from pages with or all without isolation, to be comparable in one plot. */
function ofOneShape(rows: readonly Row[]): Row[] {
  const forward = rows.filter(({ measure, isolated }) => measure === 'forward' && isolated === rows[0]?.isolated);
  const sizeOf = (shape: string): number => forward.filter((row) => row.shape === shape).length;
  const [most] = [...new Set(forward.map(({ shape }) => shape))].toSorted((a, b) => sizeOf(b) - sizeOf(a));
  return forward.filter(({ shape }) => shape === most);
}

/** Names backend and threads only if rows differ in them. */
function nameOf(row: Row, rows: readonly Row[]): string {
  const differs = (key: 'backend' | 'threads'): boolean => rows.some((other) => other[key] !== row[key]);
  const threads = `${row.threads} ${row.threads === 1 ? 'thread' : 'threads'}`;
  const wasmThreads = row.backend === 'wasm' && differs('threads') ? [threads] : [];
  return [labelOf(row), ...(differs('backend') ? [row.backend] : []), ...wasmThreads].join(', ');
}

/** More colors than this cannot be told apart. */
const maxColors = 8;

/** Returns the names to plot, ours first, so that our colors are the same in every plot. Names without a color are only in the table. */
function legend(names: readonly string[]): string[] {
  return [...new Set(names)]
    .toSorted((a, b) => Number(b.startsWith('albert-web')) - Number(a.startsWith('albert-web')) || a.localeCompare(b))
    .slice(0, maxColors);
}
