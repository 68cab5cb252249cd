/** Mutations of tables made of lines and cells. */
import type { Random } from '../numbers.ts';
import type { Mutation } from './target.ts';

/** Cells that a parser may not expect. */
const oddCells = [
  '',
  '"',
  '""',
  '"a',
  "'",
  '=1+1',
  '-1',
  '1e999',
  'NaN',
  '\ud800',
  '\u2028',
  'x'.repeat(5000),
  '\r',
  ',',
  ';',
];

/** Makes one to three changes: removes, repeats or replaces a cell or a row, or changes the delimiter. */
export function mutateTable(delimiter: string): Mutation {
  return (seed, random) => {
    let rows = new TextDecoder().decode(seed).split('\n');
    for (let change = random.integer(1, 4); change > 0; change--) rows = mutateRows(rows, delimiter, random);
    const text = rows.join(random.uniform() < 0.1 ? '\r\n' : '\n');
    return new TextEncoder().encode(random.uniform() < 0.05 ? text.replaceAll(delimiter, ';') : text);
  };
}

function mutateRows(rows: readonly string[], delimiter: string, random: Random): string[] {
  const at = random.integer(0, rows.length);
  const row = rows[at] ?? '';
  const change = random.uniform();
  if (change < 0.1) return rows.toSpliced(at, 1);
  if (change < 0.2) return rows.toSpliced(at, 0, ...Array.from({ length: 200 }, () => row));
  const cells = row.split(delimiter);
  const cell = random.integer(0, cells.length);
  const odd = oddCells[random.integer(0, oddCells.length)] ?? '';
  if (change < 0.3) return rows.with(at, cells.toSpliced(cell, 1).join(delimiter));
  if (change < 0.4) return rows.with(at, cells.toSpliced(cell, 0, odd).join(delimiter));
  return rows.with(at, cells.with(cell, change < 0.5 ? `${cells[cell]}${odd}` : odd).join(delimiter));
}
