/** Draws the verdict after each layer, as bars around one half. */
import { find } from '../shared/dom.ts';
import { percent } from '../shared/format.ts';
import { drawingPlace, shape } from '../shared/svg.ts';
import { text } from '../strings/index.ts';

const height = 168;
const axis = { left: 52, bottom: 24, top: 8 };

/** Creates the chart, `width` pixels wide. @param layers probability at depth 0, 1, ... @param depth the depth in use */
export function layersChart(width: number, layers: readonly number[], depth: number): SVGElement {
  const plotHeight = height - axis.bottom - axis.top;
  const y = (probability: number): number => axis.top + (1 - probability) * plotHeight;
  const step = (width - axis.left) / Math.max(layers.length, 1);
  const label = text.layers.chart(layers.map(percent));
  const svg = shape('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label });
  for (const value of [0, 0.5, 1]) {
    const line = { x1: axis.left, x2: width, y1: y(value), y2: y(value), class: value === 0.5 ? 'half' : 'grid' };
    svg.append(
      shape('line', line),
      shape('text', { x: axis.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, percent(value)),
    );
  }
  layers.forEach((value, layer) => {
    const x = axis.left + layer * step;
    const bar = shape('rect', {
      x: x + step * 0.2,
      y: Math.min(y(value), y(0.5) - 1),
      width: step * 0.6,
      height: Math.max(Math.abs(y(value) - y(0.5)), 2),
      rx: 2,
      class: `${value >= 0.5 ? 'same' : 'different'}${layer > depth ? ' beyond' : ''}`,
    });
    const name = shape(
      'text',
      { x: x + step / 2, y: height - 6, 'text-anchor': 'middle' },
      layer === 0 ? text.layers.start : String(layer),
    );
    svg.append(bar, name);
  });
  return svg;
}

/** Returns the first depth after which the verdict does not change and the probability moves by less than two points. */
export function settledAt(layers: readonly number[]): number | undefined {
  const last = layers.at(-1);
  if (last === undefined) return undefined;
  const unsettled = layers.findLastIndex((value) => value >= 0.5 !== last >= 0.5 || Math.abs(value - last) > 0.02);
  return unsettled + 1;
}

/** The chart on the page, and the note beside it. */
export interface LayersCard {
  /** Shows the chart. @param used number of layers that the verdict used @param layers number of layers of the model */
  show(verdicts: readonly number[], used: number, layers: number): void;
  clear(): void;
}

/** Prepares the card. */
export function startLayers(): LayersCard {
  const draw = drawingPlace(find('chart', HTMLElement));
  const note = find('layers-note', HTMLElement);
  return {
    show(verdicts, used, layers) {
      draw((width) => layersChart(width, verdicts, used));
      const settled = settledAt(verdicts);
      const isLate = settled === undefined || settled >= layers;
      note.textContent = `${text.layers.why} ${isLate ? text.layers.needsAll : text.layers.settled(settled)}`;
    },
    clear() {
      draw((width) => layersChart(width, [], 0));
      note.textContent = text.layers.why;
    },
  };
}
