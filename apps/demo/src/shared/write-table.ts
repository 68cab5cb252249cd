/** Results as files that a spreadsheet opens. */
import { safeCell } from '@albert-web/training';

/** Tab-separated text. No cell of it is run as a formula. */
export function formatTabs(records: readonly (readonly string[])[]): string {
  return records.map((record) => `${record.map(safeCell).join('\t')}\n`).join('');
}

/** The same as a file. */
export function tabsBlob(records: readonly (readonly string[])[]): Blob {
  return new Blob([formatTabs(records)], { type: 'text/tab-separated-values' });
}
