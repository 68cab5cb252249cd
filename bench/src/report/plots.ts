/** The plots of page, README and report, from the same rows. */
import * as Plot from '@observablehq/plot';
import type { PartRow, Row } from './report.ts';
import { labelOf } from './report.ts';

/** What a plot is drawn with outside a browser. */
export interface PlotTarget {
  readonly document?: Document;
  readonly width?: number;
}

/** Latency by length, one line an engine; both axes logarithmic, so that a straight line is a constant factor. */
export function latencyPlot(rows: readonly Row[], target: PlotTarget = {}): Element {
  const shown = rows
    .filter(({ measure, batch }) => measure === 'forward' && batch === 1)
    .map((row) => ({ ...row, engineName: nameOf(row, rows) }))
    .toSorted((a, b) => a.length - b.length);
  const names = legend(shown.map(({ engineName }) => engineName));
  const channels = { x: 'length', y: 'medianMs' };
  return Plot.plot({
    ...common(target),
    // A file has no room for a legend of HTML: its lines are named where they end.
    ...(target.document && { marginRight: 190 }),
    x: {
      type: 'log',
      base: 2,
      label: 'tokens',
      ticks: [...new Set(shown.map(({ length }) => length))],
      tickFormat: String,
    },
    y: { type: 'log', label: 'ms', grid: true, tickFormat: (value: number) => String(value) },
    color: { legend: !target.document, domain: names },
    marks: [
      Plot.line(shown, { ...channels, stroke: 'engineName', strokeWidth: 2 }),
      Plot.dot(shown, { ...channels, fill: 'engineName', tip: !target.document }),
      ...(target.document
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

/** Tokens per second by batch size. */
export function throughputPlot(rows: readonly Row[], target: PlotTarget = {}): Element {
  const shown = rows
    .filter(({ measure }) => measure === 'forward')
    .map((row) => ({
      ...row,
      engineName: nameOf(row, rows),
      rate: (1000 * row.batch * row.length) / row.medianMs,
    }))
    .toSorted((a, b) => a.batch - b.batch);
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
    color: { legend: true, domain: legend(shown.map(({ engineName }) => engineName)) },
    marks: [
      Plot.line(shown, {
        x: 'batch',
        y: 'rate',
        z: (row: Row) => `${labelOf(row)} ${row.length}`,
        stroke: 'engineName',
      }),
      Plot.dot(shown, { x: 'batch', y: 'rate', fill: 'engineName', tip: !target.document }),
    ],
  });
}

/** What a call of ours is made of, a bar for each input. */
export function partsPlot(parts: readonly PartRow[], target: PlotTarget = {}): Element {
  const shown = parts.map((row) => ({
    ...row,
    call: `${row.backend} ${row.precision}, ${row.batch} x ${row.length}`,
  }));
  return Plot.plot({
    ...common(target),
    marginLeft: 130,
    x: { label: 'ms', grid: true },
    y: { label: null },
    color: { legend: true },
    marks: [Plot.barX(shown, { x: 'medianMs', y: 'call', fill: 'part', tip: !target.document }), Plot.ruleX([0])],
  });
}

function common({ document, width = 760 }: PlotTarget): Plot.PlotOptions {
  return {
    ...(document && { document }),
    width,
    height: Math.round(width * 0.5),
    marginLeft: 56,
    marginBottom: 44,
    style: { background: 'transparent', fontSize: '13px', ...(!document && { color: 'currentColor' }) },
  };
}

/** The backend is named where there is more than one. */
function nameOf(row: Row, rows: readonly Row[]): string {
  return rows.every(({ backend }) => backend === row.backend) ? labelOf(row) : `${labelOf(row)}, ${row.backend}`;
}

/** Ours first, so that its colours are the same in every plot. */
function legend(names: readonly string[]): string[] {
  return [...new Set(names)].toSorted(
    (a, b) => Number(b.startsWith('albert-web')) - Number(a.startsWith('albert-web')) || a.localeCompare(b),
  );
}
