/** Shader text shared by several programs. */

/** Repeats text for every row of a panel: shaders keep the rows in variables, which cannot be indexed. */
export function eachRow(rowsPerPanel: number, text: (row: number) => string): string {
  return Array.from({ length: rowsPerPanel }, (_, row) => text(row)).join('\n');
}
