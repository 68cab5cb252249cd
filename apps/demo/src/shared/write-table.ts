/** Tables as files, which spreadsheets open without running what stands in them. */

/** What a spreadsheet takes for a formula; a plain number is none. */
const formula = /^[=+\-@\t\r]/u;
const plainNumber = /^[+-]?\d+([.,]\d+)?$/u;

/** A cell as text: a leading apostrophe keeps spreadsheets from computing it. */
export function safeCell(cell: string): string {
  const line = cell.replace(/[\t\r\n]+/gu, ' ');
  return formula.test(cell) && !plainNumber.test(cell) ? `'${line}` : line;
}

/** Tab-separated text; tabs and line ends inside cells become spaces. */
export function formatTabs(records: readonly (readonly string[])[]): string {
  return records.map((record) => `${record.map(safeCell).join('\t')}\n`).join('');
}

/** The same as a file. */
export function tabsBlob(records: readonly (readonly string[])[]): Blob {
  return new Blob([formatTabs(records)], { type: 'text/tab-separated-values' });
}
