/** Matches a cell that a spreadsheet treats as a formula, unless it is a plain number. */
const formula = /^[=+\-@\t\r]/u;
const plainNumber = /^[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d+)?$/iu;

/**
 * Escapes a cell for a tab-separated file. Tabs and line breaks become spaces, and a cell that a spreadsheet would evaluate as
 * a formula gets a leading apostrophe.
 */
export function safeCell(cell: string): string {
  const line = cell.replaceAll(/[\t\r\n]+/gu, ' ');
  return formula.test(cell) && !plainNumber.test(cell) ? `'${line}` : line;
}
