/** Tab- and comma-separated files of sentence pairs, as GLUE, Quora and spreadsheets write them. */

/** A file of rows. */
export interface DelimitedFile {
  readonly columns: readonly string[];
  /** Each as long as `columns`. */
  readonly rows: readonly (readonly string[])[];
}

/** Where the two sentences are, and the label if there is one. */
export interface PairColumns {
  readonly first: number;
  readonly second: number;
  readonly label: number | undefined;
}

/**
 * Tabs when the first line has one, commas otherwise. Quotes group a field in comma-separated files alone: in GLUE's files
 * a quotation mark is a quotation mark. A first line without any name we know is data.
 */
export function parseDelimited(text: string): DelimitedFile {
  const plain = text.replace(/^\uFEFF/u, '');
  const records = /^[^\n]*\t/u.test(plain) ? splitTabs(plain) : splitCommas(plain);
  const filled = records.filter((record) => record.some((field) => field.trim() !== ''));
  const width = Math.max(0, ...filled.map(({ length }) => length));
  const even = filled.map((record) => Array.from({ length: width }, (_, column) => record[column]?.trim() ?? ''));
  const [head = []] = even;
  const hasHead = head.some((name) => knownName.test(name));
  return hasHead
    ? { columns: head, rows: even.slice(1) }
    : { columns: head.map((_, column) => `Column ${column + 1}`), rows: even };
}

const textName = /^#?[12] string$|^(sentence|question|text|s|q|premise|hypothesis)_?[12ab]?$/iu;
const labelName = /^(quality|label|is_duplicate|gold|score|paraphrase)$/iu;
const knownName = new RegExp(`${textName.source}|${labelName.source}`, 'iu');

/** Columns by their names, else the two with the longest text. @returns undefined when there are fewer than two. */
export function findPairColumns({ columns, rows }: DelimitedFile): PairColumns | undefined {
  if (columns.length < 2) return undefined;
  const named = columns.flatMap((name, column) => (textName.test(name) ? [column] : []));
  const texts = named.length >= 2 ? named : longestColumns(columns.length, rows);
  const label = columns.findIndex((name) => labelName.test(name));
  const [first = 0, second = 1] = texts;
  return { first, second, label: label < 0 ? undefined : label };
}

function longestColumns(width: number, rows: DelimitedFile['rows']): number[] {
  const sizes = Array.from({ length: width }, (_, column) => ({
    column,
    size: rows.slice(0, 100).reduce((sum, row) => sum + (row[column]?.length ?? 0), 0),
  }));
  const longest = sizes.toSorted((a, b) => b.size - a.size).slice(0, 2);
  return longest.map(({ column }) => column).toSorted((a, b) => a - b);
}

/** Tab-separated text; tabs and line ends inside fields become spaces. */
export function formatTabs(records: readonly (readonly string[])[]): string {
  return records.map((record) => `${record.map((field) => field.replace(/[\t\r\n]+/gu, ' ')).join('\t')}\n`).join('');
}

const splitTabs = (text: string): string[][] => text.split(/\r?\n/u).map((line) => line.split('\t'));

function splitCommas(text: string): string[][] {
  const records: string[][] = [[]];
  for (const [, quoted, bare = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/gu)) {
    records.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === '') break;
    if (end !== ',') records.push([]);
  }
  return records;
}
