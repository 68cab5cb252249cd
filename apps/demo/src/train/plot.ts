/** Plots lines over the steps of a run. */
import { shape } from '../shared/svg.ts';
import { text } from '../strings/index.ts';
import type { Point } from './curves.ts';

/** A line, optionally with a dot at each of its points. */
export interface Line {
  /** Determines its color in the style sheet and its name in the legend. */
  readonly kind: 'raw' | 'training' | 'held-out';
  readonly points: readonly Point[];
  readonly dots?: boolean;
}

/** The contents of a plot. */
export interface Plot {
  /** Text for screen readers. */
  readonly label: string;
  readonly steps: number;
  /** The value at the top. The bottom is 0. */
  readonly top: number;
  readonly format: (value: number) => string;
  readonly lines: readonly Line[];
  /** A point to circle: the best one. */
  readonly mark?: Point | undefined;
}

const height = 200;
const axis = { left: 52, right: 10, top: 10, bottom: 26 };

/** Draws a plot, `width` CSS pixels wide. */
export function drawPlot({ label, steps, top, format, lines, mark }: Plot, width: number): SVGElement {
  const x = (step: number): number => axis.left + (step / Math.max(steps, 1)) * (width - axis.left - axis.right);
  const y = (value: number): number => {
    const share = Math.min(Math.max(value / (top || 1), 0), 1);
    return height - axis.bottom - share * (height - axis.top - axis.bottom);
  };
  const svg = shape('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label });
  for (const value of [0, top / 2, top]) {
    svg.append(
      shape('line', { x1: axis.left, x2: width - axis.right, y1: y(value), y2: y(value), class: 'grid' }),
      shape('text', { x: axis.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, format(value)),
    );
  }
  svg.append(
    shape('text', { x: x(0), y: height - 6 }, '0'),
    shape('text', { x: x(steps), y: height - 6, 'text-anchor': 'end' }, steps ? text.train.stepLabel(steps) : ''),
  );
  for (const { kind, points, dots } of lines) {
    const path = points.map(([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    svg.append(shape('polyline', { points: path, class: `line ${kind}` }));
    if (!dots) continue;
    for (const [step, value] of points) {
      svg.append(shape('circle', { cx: x(step), cy: y(value), r: 3, class: `dot-${kind}` }));
    }
  }
  if (mark) svg.append(shape('circle', { cx: x(mark[0]), cy: y(mark[1]), r: 7, class: 'best' }));
  return svg;
}
