/** The tables and plots of a report, redrawn after every measurement. */
import { headlineOf } from '../report/headline.ts';
import { pictureOf } from '../report/picture.ts';
import type { PlotTarget } from '../report/plots.ts';
import { latencyPlot, pairsPlot, partsPlot, throughputPlot } from '../report/plots.ts';
import type { Report, Row } from '../report/report.ts';
import { labelOf, sameInput } from '../report/report.ts';
import { download, toPng } from './download.ts';
import { find } from './elements.ts';
import { gainOver } from './saved.ts';

/** Which call of `showReport` is the latest. */
let latest = 0;

/** How a report is shown. */
export interface ReportView {
  /** Where it was measured, as the start of a sentence. */
  readonly where: string;
  /** A run to compare with. */
  readonly other: Report | undefined;
  /** Whether measuring continues. Plots are drawn at the end: drawing slows the engines down, and the engines make the page stutter. */
  readonly isMeasuring: boolean;
}

/** Shows a report, one part per frame, because all parts at once would block the page. A later call replaces an earlier one. */
export async function showReport(report: Report, { where, other, isMeasuring }: ReportView): Promise<void> {
  const call = ++latest;
  find('#results', HTMLElement).hidden = report.rows.length === 0 && report.skipped.length === 0;
  const parts = [
    () => showHeadline(report, where),
    () => showSideBySide(report.rows, other),
    () => showSkipped(report),
    ...[answer, ...details].map((plot) => () => showPlot(plot, isMeasuring ? undefined : report)),
    () => showEveryNumber(report.rows),
  ];
  for (const show of parts) {
    show();
    await new Promise(requestAnimationFrame);
    if (call !== latest) return;
  }
}

/** The question that is shown until there is an answer. */
const question = find('#headline', HTMLElement).textContent;

function showHeadline(report: Report, where: string): void {
  const sentence = headlineOf(report, where);
  find('#headline', HTMLElement).textContent = sentence ?? question;
  find('#share', HTMLElement).hidden = sentence === undefined;
  find('#save-image', HTMLElement).hidden = !answer.worthDrawing(report);
}

/** Shows a row per input and a column per engine: the median, each peer's time divided by ours, and the change. */
function showSideBySide(rows: readonly Row[], other: Report | undefined): void {
  const engines = [...new Set(rows.map(labelOf))];
  const inputs = rows.filter((row, index) => rows.findIndex((first) => sameInput(first, row)) === index);
  find('#ratio-hint', HTMLElement).hidden = rows.every(({ ratio }) => Object.keys(ratio).length === 0);
  const heads = ['Input', ...engines].map((text) => cell('th', text, { scope: 'col' }));
  find('#table thead', HTMLElement).replaceChildren(tableRow(heads));
  find('#table tbody', HTMLElement).replaceChildren(
    ...inputs.map((input) => {
      const measured = rows.filter((row) => sameInput(row, input));
      const fastest = Math.min(...measured.map(({ medianMs }) => medianMs));
      return tableRow([
        cell('th', describe(input), { scope: 'row' }),
        ...engines.map((engine) => {
          const row = measured.find((candidate) => labelOf(candidate) === engine);
          return row ? timeCell(row, row.medianMs === fastest, other) : cell('td', '–');
        }),
      ]);
    }),
  );
}

function describe({ measure, backend, threads, shape, batch, length, isolated }: Row): string {
  const where = backend === 'wasm' ? `wasm, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : backend;
  const headers = isolated ? '' : ', no shared memory';
  switch (measure) {
    case 'forward':
      return `${shape}, ${batch} x ${length}, ${where}${headers}`;
    case 'pairs':
      return `${shape}, ${batch} pairs of text, ${where}${headers}`;
    case 'load-cold':
      return `load and first verdict, cold, ${where}`;
    case 'load-cached':
      return `load and first verdict, cached, ${where}`;
  }
}

function timeCell(row: Row, fastest: boolean, other: Report | undefined): HTMLElement {
  const element = cell('td', `${number(row.medianMs)}\u00A0ms`, fastest ? { class: 'fastest' } : {});
  const ratios = Object.entries(row.ratio).map(([peer, times]) => note(`${times.toFixed(2)}x ${peer}`));
  element.append(...ratios, ...(other ? [gainNote(gainOver(other, row))] : []));
  return element;
}

function gainNote(gain: number | undefined): HTMLElement {
  if (gain === undefined) return note('not in the other run');
  // Runs on the same machine differ by a few percent.
  return note(`${gain.toFixed(2)}x the other run`, gain > 1.05 ? 'better' : gain < 0.95 ? 'worse' : '');
}

function note(text: string, className = ''): HTMLElement {
  const element = document.createElement('small');
  element.textContent = text;
  element.className = className;
  return element;
}

const number = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);

function showEveryNumber(rows: readonly Row[]): void {
  find('#numbers tbody', HTMLElement).replaceChildren(
    ...rows.map((row) =>
      tableRow([
        cell('th', labelOf(row), { scope: 'row' }),
        ...[describe(row), ...[row.medianMs, row.p90Ms, row.minMs].map(number), String(row.runs)].map((text) =>
          cell('td', text),
        ),
      ]),
    ),
  );
}

interface PagePlot {
  readonly selector: string;
  /** The title of its picture. */
  readonly title: (report: Report) => string;
  readonly worthDrawing: (report: Report) => boolean;
  readonly draw: (report: Report, target?: PlotTarget) => Element;
}

const forward = ({ rows }: Report): Row[] => rows.filter(({ measure }) => measure === 'forward');

/** The plot of the answer itself; its picture is what people share. */
const answer: PagePlot = {
  selector: '#pairs',
  // The picture names the computer below.
  title: (report) => headlineOf(report, 'albert-web') ?? 'ALBERT: pairs of sentences a second',
  worthDrawing: ({ rows }) => rows.some(({ measure }) => measure === 'pairs'),
  draw: ({ rows }, target) => pairsPlot(rows, target),
};

const details: readonly PagePlot[] = [
  {
    selector: '#latency',
    title: () => 'ALBERT: time for one input, by its length',
    worthDrawing: (report) => forward(report).some(({ batch }) => batch === 1),
    draw: ({ rows }, target) => latencyPlot(rows, target),
  },
  {
    selector: '#throughput',
    title: () => 'ALBERT: tokens per second, by batch size',
    worthDrawing: (report) => new Set(forward(report).map(({ batch }) => batch)).size > 1,
    draw: ({ rows }, target) => throughputPlot(rows, target),
  },
  {
    selector: '#parts',
    title: () => 'albert-web: where the time of a call goes',
    worthDrawing: ({ parts }) => parts.length > 0,
    draw: ({ parts }, target) => partsPlot(parts, target),
  },
];

/** In pixels: the room on a small phone. */
const narrowest = 280;

function showPlot({ selector, worthDrawing, draw }: PagePlot, report: Report | undefined): void {
  const figure = find(selector, HTMLElement);
  const drawn = report && worthDrawing(report) ? report : undefined;
  figure.hidden = drawn === undefined;
  const drawing = find(`${selector} .drawing`, HTMLElement);
  drawing.replaceChildren(...(drawn ? [draw(drawn, { width: Math.max(drawing.clientWidth, narrowest) })] : []));
  // The drawing is a single image. Plot labels its groups, whose role does not allow a label.
  for (const group of drawing.querySelectorAll('g[aria-label]')) group.removeAttribute('aria-label');
}

/** Makes the buttons under each plot save it. @param current returns the run that is shown @param fail called with an error */
export function startPictures(current: () => Report, fail: (error: unknown) => void): void {
  const pictureNow = ({ title, draw }: PagePlot): string =>
    pictureOf(draw(current(), { file: true }), { title: title(current()), report: current() });
  const savePng = (plot: PagePlot, button: string): void => {
    find(button, HTMLButtonElement).addEventListener('click', () => {
      toPng(pictureNow(plot)).then((png) => download(fileName(plot, 'png'), png), fail);
    });
  };
  // The share button saves the plot that belongs to the headline.
  savePng(answer, '#save-image');
  for (const plot of details) {
    savePng(plot, `${plot.selector} .png`);
    find(`${plot.selector} .svg`, HTMLButtonElement).addEventListener('click', () => {
      download(fileName(plot, 'svg'), new Blob([pictureNow(plot)], { type: 'image/svg+xml' }));
    });
  }
}

const fileName = ({ selector }: PagePlot, ending: string): string => `albert-web-${selector.slice(1)}.${ending}`;

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
