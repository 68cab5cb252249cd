import { TrainingDataError } from '../errors.ts';

/** Text as it arrives: a whole file at once, or the chunks of a stream. */
export type TextChunks = Iterable<string> | AsyncIterable<string>;

/** A line and where it stands, counted from 1. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/** No sentence pair is longer; a file with a longer line is not a table, and would fill memory. */
const longestLine = 1 << 20;

/**
 * Lines of a text of any size, without their `\n` or `\r\n` and without a byte order mark. A last line may lack its end.
 *
 * @param file named in errors. @throws TrainingDataError for a NUL character or an endless line.
 */
export async function* readLines(chunks: TextChunks, file: string): AsyncGenerator<Line> {
  let rest = '';
  let number = 0;
  for await (const chunk of chunks) {
    const text = number === 0 && rest === '' ? chunk.replace(/^\uFEFF/u, '') : chunk;
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield checkLine({ number: ++number, text: line.replace(/\r$/u, '') }, file);
    checkLine({ number: number + 1, text: rest }, file);
  }
  if (rest !== '') yield checkLine({ number: ++number, text: rest.replace(/\r$/u, '') }, file);
}

function checkLine(line: Line, file: string): Line {
  if (line.text.length > longestLine) {
    throw new TrainingDataError({
      problem: `Line ${line.number} of ${file} is longer than ${longestLine} characters`,
      remedy: 'Give a text file with one example a line',
    });
  }
  if (line.text.includes('\0')) {
    throw new TrainingDataError({
      problem: `Line ${line.number} of ${file} holds a NUL character`,
      expected: 'Expected UTF-8 text',
      remedy: 'Save the file as UTF-8 (UTF-16 files have a NUL beside every letter)',
    });
  }
  return line;
}
