/** Draws a plot to a file, without a browser. */
import { readFile, writeFile } from 'node:fs/promises';
import { parseHTML } from 'linkedom';
import { latencyPlot } from '../report/plots.ts';
import type { Report } from '../report/report.ts';
import { BenchSetupError } from './errors.ts';

/**
 * Draws latency by length on one thread of the `wasm` backend from a report, as SVG.
 *
 * @throws BenchSetupError when the report has no such rows
 */
export async function drawLatency(json: string, svg: string): Promise<void> {
  const { rows } = JSON.parse(await readFile(json, 'utf8')) as Report;
  const shown = rows.filter(
    ({ backend, threads, isolated, shape }) => backend === 'wasm' && threads === 1 && isolated && shape === 'base',
  );
  if (shown.length === 0) {
    throw new BenchSetupError({
      problem: `${json} has no rows of the base shape on wasm with one thread`,
      remedy: 'Run `albert bench --peers` without --quick, and draw from its report',
    });
  }
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  await writeFile(svg, standalone(latencyPlot(shown, { document, width: 860 }).outerHTML));
}

/** Adds colors for light and dark mode, because a file has no page to inherit them from. */
function standalone(drawing: string): string {
  const style = 'svg { color: #1d232b } @media (prefers-color-scheme: dark) { svg { color: #e4e7eb } }';
  return drawing.replace('<svg ', '<svg xmlns="http://www.w3.org/2000/svg" ').replace('>', `><style>${style}</style>`);
}
