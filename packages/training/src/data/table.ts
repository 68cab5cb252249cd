import Papa from 'papaparse';
import { TrainingDataError } from '../errors.ts';

/** A table a user brought, every cell as text. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads CSV or TSV as spreadsheets write it: delimiter found out, quoted cells, the first line as header, byte order mark and
 * empty lines left out. (GLUE's files, whose quotes are characters, are read by `readGlue`.)
 *
 * @throws TrainingDataError for text that is no table of at least one row.
 */
export function readTable(text: string): Table {
  if (text.includes('\0')) throw noTable('holds NUL characters');
  const { data, errors } = Papa.parse<string[]>(text.replace(/^\uFEFF/u, ''), { skipEmptyLines: 'greedy' });
  const broken = errors.find(({ type }) => type === 'Quotes');
  if (broken) throw noTable(`has a quoted cell without its end in row ${(broken.row ?? 0) + 1}`);
  const [columns, ...rows] = data;
  if (!columns || rows.length === 0) throw noTable('has no row below its header');
  const short = rows.findIndex((row) => row.length !== columns.length);
  if (short >= 0) {
    throw noTable(`has ${rows[short]?.length} cells in row ${short + 2}, and ${columns.length} in its header`);
  }
  return { columns, rows };
}

function noTable(what: string): TrainingDataError {
  return new TrainingDataError({
    problem: `The table ${what}`,
    expected: 'Expected CSV or TSV, UTF-8, with a header line',
    remedy: 'Correct the file, or export it again from the spreadsheet',
  });
}
