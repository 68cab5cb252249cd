/** The table and the plots of a report; drawn anew whenever something is measured. */
import { latencyPlot, partsPlot, throughputPlot } from '../report/plots.ts';
import type { Report, Row } from '../report/report.ts';
import { labelOf } from '../report/report.ts';
import { find } from './elements.ts';
import { gainOver } from './saved.ts';

/** @param saved a run to compare with */
export function showReport(report: Report, saved: Report | undefined): void {
  find('#results', HTMLElement).hidden = report.rows.length === 0 && report.skipped.length === 0;
  showTable(report.rows, saved);
  showPlot('#latency', report.rows.length > 0 && latencyPlot(report.rows));
  showPlot('#throughput', new Set(report.rows.map(({ batch }) => batch)).size > 1 && throughputPlot(report.rows));
  showPlot('#parts', report.parts.length > 0 && partsPlot(report.parts));
  showSkipped(report);
}

const columns = [
  'engine',
  'backend',
  'shape',
  'batch',
  'length',
  'threads',
  'median ms',
  'p90 ms',
  'min ms',
  'faster than',
];

function showTable(rows: readonly Row[], saved: Report | undefined): void {
  const heads = [...columns, ...(saved ? ['against saved'] : [])].map((text) => cell('th', text, { scope: 'col' }));
  find('#table thead', HTMLElement).replaceChildren(tableRow(heads));
  find('#table tbody', HTMLElement).replaceChildren(
    ...rows.map((row) => {
      const { backend, shape, batch, length, threads, medianMs, p90Ms, minMs, ratio } = row;
      const numbers = [medianMs, p90Ms, minMs].map((value) => value.toFixed(value < 100 ? 1 : 0));
      const faster = Object.entries(ratio).map(([peer, times]) => `${times.toFixed(2)}x ${peer}`);
      const texts = [backend, shape, batch, length, threads, ...numbers, faster.join(', ')];
      return tableRow([
        cell('th', labelOf(row), { scope: 'row' }),
        ...texts.map((text) => cell('td', String(text))),
        ...(saved ? [gainCell(gainOver(saved, row))] : []),
      ]);
    }),
  );
}

function gainCell(gain: number | undefined): HTMLElement {
  if (gain === undefined) return cell('td', 'not in it');
  // Run to run the same machine differs by a few percent.
  const verdict = gain > 1.05 ? 'better' : gain < 0.95 ? 'worse' : '';
  return cell('td', `${gain.toFixed(2)}x ${verdict}`, { class: verdict });
}

function showPlot(selector: string, plot: Element | false): void {
  const figure = find(selector, HTMLElement);
  const caption = figure.querySelector('figcaption');
  figure.hidden = !plot;
  figure.replaceChildren(...(caption ? [caption] : []), ...(plot ? [plot] : []));
}

function showSkipped({ skipped }: Report): void {
  find('#skipped', HTMLElement).hidden = skipped.length === 0;
  find('#skipped ul', HTMLElement).replaceChildren(
    ...skipped.map(({ what, why }) => {
      const item = document.createElement('li');
      item.textContent = `${what}: ${why}`;
      return item;
    }),
  );
}

function tableRow(cells: readonly HTMLElement[]): HTMLElement {
  const row = document.createElement('tr');
  row.append(...cells);
  return row;
}

function cell(tag: 'th' | 'td', text: string, attributes: Record<string, string> = {}): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
