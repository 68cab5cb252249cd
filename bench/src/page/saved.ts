/** Runs kept in this browser, to compare later ones with. */
import type { Report, Row } from '../report/report.ts';
import { labelOf, sameInput } from '../report/report.ts';

const key = 'albert-web-bench-runs';

export function savedRuns(): Report[] {
  return JSON.parse(localStorage.getItem(key) ?? '[]') as Report[];
}

/** Newest first, at most twenty. */
export function saveRun(report: Report): void {
  const others = savedRuns().filter(({ date }) => date !== report.date);
  localStorage.setItem(key, JSON.stringify([report, ...others].slice(0, 20)));
}

/** The saved run's median over this row's, for the same engine and input: above 1 this run is faster. */
export function gainOver(saved: Report | undefined, row: Row): number | undefined {
  const before = saved?.rows.find((other) => sameInput(other, row) && labelOf(other) === labelOf(row));
  return before && before.medianMs / row.medianMs;
}
