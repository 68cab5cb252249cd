import { TrainingDataError } from '../errors.ts';

/** A text in chunks: a whole file at once, or the chunks of a stream. */
export type TextChunks = Iterable<string> | AsyncIterable<string>;

/** A line and its number, from 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/** Longer than any sentence pair. A file with longer lines is not a table, and could exhaust memory. */
const maxLineLength = 1 << 20;

/**
 * Splits a text of any size into lines, without their ends and a byte order mark. Lines end in `\n` or `\r\n`; if the first one
 * ends in `\r` alone, as in files of old Macs and some spreadsheets, all may. The last line need not be terminated.
 *
 * @param file file name for error messages
 * @throws TrainingDataError for a NUL character or a line that is too long
 */
export async function* readLines(chunks: TextChunks, file: string): AsyncGenerator<Line> {
  let rest = '';
  let number = 0;
  let ends: RegExp | undefined;
  for await (const chunk of chunks) {
    const text = number === 0 && rest === '' ? chunk.replace(/^\uFEFF/u, '') : chunk;
    const joined = rest + text;
    ends ??= lineEnds(joined);
    const lines = ends ? joined.split(ends) : [joined];
    rest = lines.pop() ?? '';
    for (const line of lines) yield checkLine({ number: ++number, text: line }, file);
    checkLine({ number: number + 1, text: rest }, file);
  }
  if (rest !== '') yield checkLine({ number: ++number, text: rest.replace(/\r$/u, '') }, file);
}

/** Returns how lines end, or undefined if no line has ended yet. A `\r` at the end of a chunk may belong to a `\r\n`. */
function lineEnds(text: string): RegExp | undefined {
  const first = /\r?\n|\r(?!$)/u.exec(text)?.[0];
  if (first === undefined) return undefined;
  return first === '\r' ? /\r?\n|\r(?!$)/u : /\r?\n/u;
}

function checkLine(line: Line, file: string): Line {
  if (line.text.length > maxLineLength) {
    throw new TrainingDataError({
      problem: `Line ${line.number} of ${file} is longer than ${maxLineLength} characters`,
      remedy: 'Provide a text file with one example per line',
    });
  }
  if (line.text.includes('\0')) {
    throw new TrainingDataError({
      problem: `Line ${line.number} of ${file} contains a NUL character`,
      expected: 'Expected UTF-8 text',
      remedy: 'Save the file as UTF-8, not UTF-16',
    });
  }
  return line;
}
