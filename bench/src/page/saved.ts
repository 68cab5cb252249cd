/// <reference types="vite/client" />
/** Runs to show and to compare: saved in this browser, opened from files, or recorded in the repository. */
import { messageOf } from '@albert-web/errors';
import type { Report, Row } from '../report/report.ts';
import { labelOf, sameInput } from '../report/report.ts';
import { parseReport } from '../report/schema.ts';
import { StorageError } from './errors.ts';

/** A run with its name in the lists. */
export interface KnownRun {
  readonly name: string;
  /** Heading in the lists. */
  readonly group: 'Saved in this browser' | 'Opened from files' | 'From a link' | 'From the project';
  readonly report: Report;
}

const key = 'albert-web-bench-runs';

/** Returns the saved runs, newest first; none if they were saved by another version of this page. */
export function savedRuns(): KnownRun[] {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '[]') as unknown[];
    return kept.map((json) => known(parseReport(json), 'Saved in this browser'));
  } catch {
    return [];
  }
}

/** Saves a run, and keeps at most twenty. @throws StorageError if the browser does not allow storage or has no space left. */
export function saveRun(report: Report): void {
  const others = savedRuns().filter((run) => run.report.date !== report.date);
  try {
    localStorage.setItem(key, JSON.stringify([report, ...others.slice(0, 19).map((run) => run.report)]));
  } catch (error) {
    throw new StorageError(
      {
        problem: `The browser does not keep the run (${messageOf(error)})`,
        remedy: 'Download the result file instead',
      },
      { cause: error },
    );
  }
}

/** Fetches the runs in the repository: our own report, and those that people have sent. */
export async function projectRuns(): Promise<KnownRun[]> {
  const files = import.meta.glob<unknown>(['../../results/report.json', '../../results/submitted/*.json'], {
    import: 'default',
  });
  const reports = await Promise.all(Object.values(files).map((fetchFile) => fetchFile()));
  return reports.map((json) => known(parseReport(json), 'From the project'));
}

/** @throws InvalidArgumentError for a file that is not a result file, SyntaxError for one that is not JSON */
export async function openRun(file: File): Promise<KnownRun> {
  return known(parseReport(JSON.parse(await file.text())), 'Opened from files');
}

/** Returns where a run was measured, as the start of a sentence. A file or a link may come from anywhere. */
export function placeOf(run: KnownRun | undefined): string {
  const isOwn = run === undefined || run.group === 'Saved in this browser';
  return isOwn ? 'On this computer' : `On ${machineOf(run.report)}`;
}

function machineOf({ machine: { cpu, os, cores } }: Report): string {
  return `${cpu === 'unknown' ? os : cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}`;
}

/** Adds a name to a run: the machine, the date and the number of rows. */
export function known(report: Report, group: KnownRun['group']): KnownRun {
  const { date, rows } = report;
  const day = new Date(date).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });
  return { name: `${machineOf(report)}, ${day}, ${rows.length} rows`, group, report };
}

/** Returns the other run's median divided by this row's, for the same engine and input: above 1, this run is faster. */
export function gainOver(other: Report | undefined, row: Row): number | undefined {
  const before = other?.rows.find((candidate) => sameInput(candidate, row) && labelOf(candidate) === labelOf(row));
  return before && before.medianMs / row.medianMs;
}
