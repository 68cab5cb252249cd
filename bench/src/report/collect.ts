/** Collects measurements into a report and notifies those who show or save it. */
import type { Sink } from '../measure/forward.ts';
import type { Agreement, PartRow, Report, Row, Skipped } from './report.ts';

/** One result or progress message, as a page sends it to the runner. */
export type BenchEvent =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'part'; readonly row: PartRow }
  | { readonly kind: 'agreement'; readonly agreement: Agreement }
  | { readonly kind: 'skipped'; readonly skipped: Skipped }
  | { readonly kind: 'progress'; readonly done: number; readonly total: number; readonly what: string };

/** Returns a sink that turns calls into events. */
export function eventSink(emit: (event: BenchEvent) => void): Sink {
  return {
    row: (row) => emit({ kind: 'row', row }),
    part: (row) => emit({ kind: 'part', row }),
    agreement: (agreement) => emit({ kind: 'agreement', agreement }),
    skipped: (skipped) => emit({ kind: 'skipped', skipped }),
    progress: (done, total, what) => emit({ kind: 'progress', done, total, what }),
  };
}

/** Returns the report with the event added; progress changes nothing. */
export function withEvent(report: Report, event: BenchEvent): Report {
  switch (event.kind) {
    case 'row':
      return { ...report, rows: [...report.rows, event.row] };
    case 'part':
      return { ...report, parts: [...report.parts, event.row] };
    case 'agreement':
      return { ...report, agreement: [...report.agreement, event.agreement] };
    case 'skipped':
      return { ...report, skipped: [...report.skipped, event.skipped] };
    case 'progress':
      return report;
  }
}
