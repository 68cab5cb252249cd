import Papa from 'papaparse';
import { TrainingDataError } from '../errors.ts';

/** A table a user brought, every cell as text. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads CSV or TSV as spreadsheets write it: delimiter found out, quoted cells, the first line as header, byte order mark and
 * empty lines left out. Tab-separated text whose quotes do not pair is read as GLUE writes it: there a quotation mark is a
 * quotation mark.
 *
 * @throws TrainingDataError for text that is no table of at least one row.
 */
export function readTable(text: string): Table {
  if (text.includes('\0')) throw noTable('holds NUL characters');
  const plain = text.replace(/^\uFEFF/u, '');
  try {
    return parse(plain);
  } catch (error) {
    if (!/^[^\n]*\t/u.test(plain)) throw error;
    // No text has this character (see above), so nothing is quoted.
    return parse(plain, { delimiter: '\t', quoteChar: '\0' });
  }
}

function parse(text: string, settings: { readonly delimiter?: string; readonly quoteChar?: string } = {}): Table {
  const { data, errors } = Papa.parse<string[]>(text, { skipEmptyLines: 'greedy', ...settings });
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
