/** A report in one sentence. */
import { labelOf, sameInput, type Report, type Row } from './report.ts';

/**
 * How much the fastest engine of ours does in a second, and how that compares with the fastest of the others on the same input
 * in the same run: "On this computer: 20 pairs of sentences a second, 1.8 times as many as transformers.js."
 *
 * @param where it was measured, as a sentence begins.
 * @returns undefined where nothing of ours was measured that computes verdicts.
 */
export function headlineOf({ rows }: Report, where: string): string | undefined {
  const best = bestOf(rows);
  if (!best) return undefined;
  const [next] = rows
    .filter((row) => row.engine !== best.engine && sameWork(row, best))
    .sort((a, b) => perSecond(b) - perSecond(a));
  const speed = `${where}: ${rounded(perSecond(best))} ${unitOf(best)} a second`;
  return next ? `${speed}, ${comparison(perSecond(best) / perSecond(next))} ${nameOf(next)}.` : `${speed}.`;
}

/** Of the pairs that the headline is about: those of other models or on other numbers of threads are no answer to it. */
export function pairsOfHeadline(rows: readonly Row[]): Row[] {
  const pairs = rows.filter(({ measure }) => measure === 'pairs');
  const best = bestOf(pairs) ?? pairs[0];
  return best ? pairs.filter((row) => sameWork(row, best)) : [];
}

/** The fastest of ours, on the work that says most. */
function bestOf(rows: readonly Row[]): Row | undefined {
  return rows.filter(isOurs).toSorted((a, b) => rank(a) - rank(b) || perSecond(b) - perSecond(a))[0];
}

const isOurs = ({ engine, measure }: Row): boolean =>
  engine === 'albert-web' && (measure === 'pairs' || measure === 'forward');

/** Text is the same work on whichever backend; token ids are compared on one, since they are about the kernels. */
const sameWork = (a: Row, b: Row): boolean => sameInput(b.measure === 'pairs' ? { ...a, backend: b.backend } : a, b);

/** Text before ids, since that is what a page has; then the longest input, as it says most about the kernels. */
const rank = ({ measure, length, batch }: Row): number => (measure === 'pairs' ? -Infinity : -length * batch);

/** How many of its inputs a row's engine does in a second. */
export const perSecond = ({ batch, medianMs }: Row): number => (1000 * batch) / medianMs;

const unitOf = (row: Row): string =>
  row.measure === 'pairs' ? 'pairs of sentences' : `inputs of ${row.length} tokens in ${row.precision}`;
const nameOf = (row: Row): string => (row.measure === 'pairs' ? row.engine : labelOf(row));
const rounded = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
const comparison = (times: number): string =>
  times >= 1 ? `${times.toFixed(1)} times as many as` : `${Math.round(100 * times)}% of`;
