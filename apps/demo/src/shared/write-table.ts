/** Writes results as files that spreadsheets can open. */
import { safeCell } from '@albert-web/training';

/** Formats tab-separated text. Spreadsheets do not evaluate any cell as a formula. */
export function formatTabs(records: readonly (readonly string[])[]): string {
  return records.map((record) => `${record.map(safeCell).join('\t')}\n`).join('');
}

/** Creates a file of tab-separated text. */
export function tabsBlob(records: readonly (readonly string[])[]): Blob {
  return new Blob([formatTabs(records)], { type: 'text/tab-separated-values' });
}
