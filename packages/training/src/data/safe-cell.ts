/** What a spreadsheet takes for a formula. A plain number is not one. */
const formula = /^[=+\-@\t\r]/u;
const plainNumber = /^[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d+)?$/iu;

/**
 * A cell of a tab-separated file to write. Tabs and line ends become spaces, and a cell that a spreadsheet would run as a
 * formula gets a leading apostrophe.
 */
export function safeCell(cell: string): string {
  const line = cell.replaceAll(/[\t\r\n]+/gu, ' ');
  return formula.test(cell) && !plainNumber.test(cell) ? `'${line}` : line;
}
