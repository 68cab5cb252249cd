/** A report in one sentence. */
import { labelOf, sameInput, type Report, type Row } from './report.ts';

/**
 * Returns how much our fastest configuration does in a second, compared with the fastest other engine on the same input in the same
 * run: "On this computer: 20 pairs of sentences a second, 1.8 times as many as transformers.js."
 *
 * @param where where it was measured, as the start of a sentence.
 * @returns undefined if the report has no verdicts or forward passes of ours.
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

/** Returns the rows that belong to the headline: the same pairs on the same model and number of threads. */
export function pairsOfHeadline(rows: readonly Row[]): Row[] {
  const pairs = rows.filter(({ measure }) => measure === 'pairs');
  const best = bestOf(pairs) ?? pairs[0];
  return best ? pairs.filter((row) => sameWork(row, best)) : [];
}

/** Returns our fastest row, on the most meaningful work. */
function bestOf(rows: readonly Row[]): Row | undefined {
  return rows.filter(isOurs).toSorted((a, b) => rank(a) - rank(b) || perSecond(b) - perSecond(a))[0];
}

const isOurs = ({ engine, measure }: Row): boolean =>
  engine === 'albert-web' && (measure === 'pairs' || measure === 'forward');

/** Text is the same work on every backend. Token ids are compared on one backend, because they are about the kernels. */
const sameWork = (a: Row, b: Row): boolean => sameInput(b.measure === 'pairs' ? { ...a, backend: b.backend } : a, b);

/** Text ranks before ids, because pages have text; then the longest input, which says most about the kernels. */
const rank = ({ measure, length, batch }: Row): number => (measure === 'pairs' ? -Infinity : -length * batch);

/** Returns how many of its inputs a row's engine processes per second. */
export const perSecond = ({ batch, medianMs }: Row): number => (1000 * batch) / medianMs;

const unitOf = (row: Row): string =>
  row.measure === 'pairs' ? 'pairs of sentences' : `inputs of ${row.length} tokens in ${row.precision}`;
const nameOf = (row: Row): string => (row.measure === 'pairs' ? row.engine : labelOf(row));
const rounded = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
const comparison = (times: number): string =>
  times >= 1 ? `${times.toFixed(1)} times as many as` : `${Math.round(100 * times)}% of`;
