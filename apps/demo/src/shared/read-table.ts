/**
 * Reads users' tables, in any encoding and with any separator, for all tabs that accept a file. Users can override the detected
 * settings, and then the same bytes are read again.
 */
import { isColumnName } from '@albert-web/training/session';
import Papa from 'papaparse';
import { text } from '../strings/index.ts';
import { UnreadableTableError } from './errors.ts';
import { isBlank, type TableFile, type TableFormat } from './table-file.ts';

const { errors } = text.file;

/** Maximum file size. Larger files have more rows than a page can show or train on. */
const maxBytes = 64 * 1024 * 1024;

/** Number of rows inspected to detect the format of a file. */
const sampleRows = 100;

/**
 * Reads a file.
 *
 * @param known known settings of its format; the others are detected
 * @param minColumns files with fewer columns are rejected: 1 for a list, 2 for pairs
 * @throws UnreadableTableError
 */
export async function readTableFile(file: File, known: Partial<TableFormat> = {}, minColumns = 2): Promise<TableFile> {
  if (file.size > maxBytes) {
    throw new UnreadableTableError(errors.tooLarge(file.name, Math.round(file.size / 1e6)));
  }
  return readTableBytes(file.name, new Uint8Array(await file.arrayBuffer()), known, minColumns);
}

/** Reads the bytes of a file. @throws UnreadableTableError */
export function readTableBytes(
  name: string,
  bytes: Uint8Array,
  known: Partial<TableFormat> = {},
  minColumns = 2,
): TableFile {
  if (bytes.length === 0) throw new UnreadableTableError(errors.empty(name));
  checkIsTable(name, bytes);
  const encoding = known.encoding ?? encodingOf(bytes);
  const content = new TextDecoder(encoding).decode(bytes);
  if (content.includes('\0')) {
    const usual = { separator: ',', quoting: 'yes', header: 'no' } as const;
    throw new UnreadableTableError(errors.nulCharacters(name), { ...usual, ...known, encoding });
  }
  const separator = known.separator ?? separatorOf(content);
  const quoting = known.quoting ?? quotingOf(content, separator);
  const all = parse(content, separator, quoting);
  while (all.length > 0 && isBlank(all.at(-1))) all.pop();
  const header = known.header ?? (hasHeader(all) ? 'yes' : 'no');
  const format = { encoding, separator, quoting, header };
  if (quoting === 'yes' && hasOpenQuote(content, separator)) {
    throw new UnreadableTableError(errors.openQuote(name), format);
  }
  const width = Math.max(0, ...all.slice(0, sampleRows).map(({ length }) => length));
  const names = header === 'yes' ? all[0] : undefined;
  const rows = header === 'yes' ? all.slice(1) : all;
  if (width < minColumns) throw new UnreadableTableError(errors.oneColumn(name), format);
  if (rows.length === 0) throw new UnreadableTableError(errors.noRow(name), format);
  return {
    name,
    format,
    columns: Array.from({ length: names?.length ?? width }, (_, at) => names?.[at]?.trim() || text.file.column(at + 1)),
    rows,
  };
}

/** Rejects files that are often mistaken for tables, recognized by their first bytes. @throws UnreadableTableError */
function checkIsTable(name: string, bytes: Uint8Array): void {
  const start = new TextDecoder('windows-1252').decode(bytes.subarray(0, 8));
  const isJson = /\.jsonl?$/iu.test(name) || /^(?:ï»¿)?\s*[[{]\s*["{[]/u.test(start);
  if (start.startsWith('PK\u0003\u0004')) throw new UnreadableTableError(errors.spreadsheet(name));
  if (start.startsWith('%PDF')) throw new UnreadableTableError(errors.pdf(name));
  if (isJson) throw new UnreadableTableError(errors.json(name));
}

/** Detects the encoding: by a byte order mark, by the positions of zero bytes, else UTF-8 if it is valid. */
function encodingOf(bytes: Uint8Array): TableFormat['encoding'] {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, 4096);
  const zeros = [0, 1].map((odd) => sample.filter((byte, at) => byte === 0 && at % 2 === odd).length);
  const [even = 0, odd = 0] = zeros;
  if (even + odd > sample.length / 5) return even > odd ? 'utf-16be' : 'utf-16le';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

/** Detects the separator: the one that splits most rows into the same number of cells, more than one. */
function separatorOf(content: string): TableFormat['separator'] {
  const separators = ['\t', ';', ',', '|'] as const;
  const [best] = separators
    .map((separator) => ({ separator, share: evenness(parse(content, separator, 'yes', sampleRows)) }))
    .toSorted((a, b) => b.share - a.share);
  return best && best.share > 0 ? best.separator : ',';
}

/** Returns the fraction of rows with the most common number of cells; 0 if that is one cell. */
function evenness(rows: readonly (readonly string[])[]): number {
  const filled = rows.filter((row) => !isBlank(row));
  const counts = new Map<number, number>();
  for (const { length } of filled) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [width = 0, count = 0] = [...counts].toSorted(([, a], [, b]) => b - a)[0] ?? [];
  return width > 1 ? count / filled.length : 0;
}

/** Detects whether quotes enclose cells. They do unless unbalanced: in GLUE's tab-separated files, they are ordinary characters. */
function quotingOf(content: string, separator: TableFormat['separator']): TableFormat['quoting'] {
  return separator === '\t' && hasOpenQuote(content, separator) ? 'no' : 'yes';
}

function hasOpenQuote(content: string, delimiter: TableFormat['separator']): boolean {
  return Papa.parse<string[]>(content, { delimiter }).errors.some(({ type }) => type === 'Quotes');
}

function parse(
  content: string,
  delimiter: TableFormat['separator'],
  quoting: TableFormat['quoting'],
  preview = 0,
): string[][] {
  // The text contains no NUL character, so nothing is quoted.
  const { data } = Papa.parse<string[]>(content, { delimiter, preview, quoteChar: quoting === 'yes' ? '"' : '\0' });
  return data;
}

/** Whether the first row is a header. Column names are short, and not sentences; a single well-known name is enough. */
function hasHeader([head = [], ...rows]: readonly (readonly string[])[]): boolean {
  const names = head.map((cell) => cell.trim());
  if (names.some(isColumnName)) return true;
  const isName = (cell: string): boolean => cell !== '' && cell.length <= 30 && !/[.!?…。]$|\s\S+\s/u.test(cell);
  const mean = (cells: readonly string[]): number =>
    cells.reduce((sum, { length }) => sum + length, 0) / Math.max(cells.length, 1);
  const isShort = mean(names) * 1.5 < mean(rows.slice(0, sampleRows).flat());
  return names.every(isName) && new Set(names).size === names.length && isShort && !names.some((n) => /^\d+$/u.test(n));
}
