/** A report in one sentence. */
import { labelOf, sameInput, type Report, type Row } from './report.ts';

/**
 * How much the fastest engine of ours does in a second, and how that compares with the fastest of the others on the same input
 * in the same run: "20 pairs a second with albert-web q8, 1.8 times as many as onnxruntime-web q8."
 *
 * @returns undefined where nothing of ours was measured that computes verdicts.
 */
export function headlineOf({ rows }: Report): string | undefined {
  const [best] = rows.filter(isOurs).sort((a, b) => rank(a) - rank(b) || perSecond(b) - perSecond(a));
  if (!best) return undefined;
  const [next] = rows
    .filter((row) => row.engine !== best.engine && sameInput(row, best))
    .sort((a, b) => perSecond(b) - perSecond(a));
  const speed = `${rounded(perSecond(best))} ${unitOf(best)} a second with ${labelOf(best)}`;
  return next ? `${speed}, ${comparison(perSecond(best) / perSecond(next))} ${labelOf(next)}.` : `${speed}.`;
}

const isOurs = ({ engine, measure }: Row): boolean =>
  engine === 'albert-web' && (measure === 'pairs' || measure === 'forward');

/** Text before ids, since that is what a page has; then the longest input, as it says most about the kernels. */
const rank = ({ measure, length, batch }: Row): number => (measure === 'pairs' ? -Infinity : -length * batch);

const perSecond = ({ batch, medianMs }: Row): number => (1000 * batch) / medianMs;
const unitOf = ({ measure, length }: Row): string =>
  measure === 'pairs' ? 'pairs of sentences' : `inputs of ${length} tokens`;
const rounded = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
const comparison = (times: number): string =>
  times >= 1 ? `${times.toFixed(1)} times as many as` : `${Math.round(100 * times)} % of`;
