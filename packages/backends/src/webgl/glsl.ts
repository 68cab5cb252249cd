/** Pieces of shader text that several programs share. */

/** The text once for every row of a panel: shaders keep the rows in variables, which cannot be indexed. */
export function eachRow(rowsPerPanel: number, text: (row: number) => string): string {
  return Array.from({ length: rowsPerPanel }, (_, row) => text(row)).join('\n');
}
