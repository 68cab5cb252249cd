/// <reference types="vite/client" />
/** Runs to show and to compare: kept in this browser, opened from files, or recorded in the repository. */
import { messageOf } from '@albert-web/errors';
import type { Report, Row } from '../report/report.ts';
import { labelOf, sameInput } from '../report/report.ts';
import { parseReport } from '../report/schema.ts';
import { StorageError } from './errors.ts';

/** A run with the name it has in lists. */
export interface KnownRun {
  readonly name: string;
  /** Heading in lists. */
  readonly group: 'Saved in this browser' | 'Opened from files' | 'From a link' | 'From the project';
  readonly report: Report;
}

const key = 'albert-web-bench-runs';

/** Newest first; none when what is kept is from another version of this page. */
export function savedRuns(): KnownRun[] {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '[]') as unknown[];
    return kept.map((json) => known(parseReport(json), 'Saved in this browser'));
  } catch {
    return [];
  }
}

/** Keeps at most twenty. @throws StorageError when the browser keeps nothing, or has no room. */
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

/** What the repository has: our own report, and those that people have sent. Fetched when the page starts. */
export async function projectRuns(): Promise<KnownRun[]> {
  const files = import.meta.glob<unknown>(['../../results/report.json', '../../results/submitted/*.json'], {
    import: 'default',
  });
  const reports = await Promise.all(Object.values(files).map((fetchFile) => fetchFile()));
  return reports.map((json) => known(parseReport(json), 'From the project'));
}

/** @throws InvalidArgumentError for a file that is no result file, SyntaxError for one that is not JSON */
export async function openRun(file: File): Promise<KnownRun> {
  return known(parseReport(JSON.parse(await file.text())), 'Opened from files');
}

/** Where a run was measured, as a sentence begins. A file or a link may be from anywhere. */
export function placeOf(run: KnownRun | undefined): string {
  const isOwn = run === undefined || run.group === 'Saved in this browser';
  return isOwn ? 'On this computer' : `On ${machineOf(run.report)}`;
}

function machineOf({ machine: { cpu, os, cores } }: Report): string {
  return `${cpu === 'unknown' ? os : cpu}, ${cores} ${cores === 1 ? 'core' : 'cores'}`;
}

/** A run with its name: the machine and the day. */
export function known(report: Report, group: KnownRun['group']): KnownRun {
  const { date, rows } = report;
  const day = new Date(date).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' });
  return { name: `${machineOf(report)}, ${day}, ${rows.length} rows`, group, report };
}

/** The other run's median over this row's, for the same engine and input: above 1 this run is faster. */
export function gainOver(other: Report | undefined, row: Row): number | undefined {
  const before = other?.rows.find((candidate) => sameInput(candidate, row) && labelOf(candidate) === labelOf(row));
  return before && before.medianMs / row.medianMs;
}
