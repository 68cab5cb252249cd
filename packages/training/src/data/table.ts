import Papa from 'papaparse';
import { TrainingDataError } from '../errors.ts';

/** A table from a user, with every cell as text. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads CSV or TSV as written by spreadsheets: detects the delimiter, supports quoted cells, uses the first line as header, and
 * ignores a byte order mark and empty lines. Tab-separated text with unbalanced quotes is read as GLUE's files are, with quotes as
 * ordinary characters.
 *
 * @throws TrainingDataError for text that is not a table with at least one row
 */
export function readTable(text: string): Table {
  if (text.includes('\0')) throw noTable('contains NUL characters');
  const plain = text.replace(/^\uFEFF/u, '');
  try {
    return parse(plain);
  } catch (error) {
    if (!/^[^\n]*\t/u.test(plain)) throw error;
    // The text cannot contain this character (see above), so nothing is quoted.
    return parse(plain, { delimiter: '\t', quoteChar: '\0' });
  }
}

function parse(text: string, settings: { readonly delimiter?: string; readonly quoteChar?: string } = {}): Table {
  const { data, errors } = Papa.parse<string[]>(text, { skipEmptyLines: 'greedy', ...settings });
  const broken = errors.find(({ type }) => type === 'Quotes');
  if (broken) throw noTable(`has a quoted cell without a closing quote in row ${(broken.row ?? 0) + 1}`);
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
