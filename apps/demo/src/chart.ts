/** The verdict after each layer, as bars around one half. */
import { percent } from './format.ts';

const namespace = 'http://www.w3.org/2000/svg';
const height = 168;
const axis = { left: 52, bottom: 24, top: 8 };

/** Replaces the chart in `container`. @param layers probability at depth 0, 1, ... @param depth the one in use. */
export function drawLayers(container: HTMLElement, layers: readonly number[], depth: number): void {
  // Drawn at the width it has, so that its text keeps its size.
  const width = Math.max(container.clientWidth, 240);
  const plotHeight = height - axis.bottom - axis.top;
  const y = (probability: number): number => axis.top + (1 - probability) * plotHeight;
  const step = (width - axis.left) / Math.max(layers.length, 1);
  const svg = shape('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img' });
  svg.setAttribute(
    'aria-label',
    layers.length
      ? `Probability of the same meaning: ${layers.map((value, layer) => `layer ${layer} ${percent(value)}`).join(', ')}`
      : 'No verdict yet',
  );
  for (const value of [0, 0.5, 1]) {
    const line = { x1: axis.left, x2: width, y1: y(value), y2: y(value), class: value === 0.5 ? 'half' : 'grid' };
    svg.append(shape('line', line), text(axis.left - 8, y(value) + 4, `${value * 100} %`, 'end'));
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
    svg.append(bar, text(x + step / 2, height - 6, layer === 0 ? 'start' : String(layer), 'middle'));
  });
  container.replaceChildren(svg);
}

/** The first depth from which on the verdict does not change and moves by less than two points. */
export function settledAt(layers: readonly number[]): number | undefined {
  const last = layers.at(-1);
  if (last === undefined) return undefined;
  const unsettled = layers.findLastIndex((value) => value >= 0.5 !== last >= 0.5 || Math.abs(value - last) > 0.02);
  return unsettled + 1;
}

function shape(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function text(x: number, y: number, content: string, anchor: 'end' | 'middle'): SVGElement {
  const element = shape('text', { x, y, 'text-anchor': anchor });
  element.textContent = content;
  return element;
}
