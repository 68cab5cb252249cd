/** Reads the text of files and of standard input, for all commands. Text that is not UTF-8 is rejected, with its line. */
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { AlbertError, messageOf } from '@albert-web/errors';
import { TrainingDataError } from '@albert-web/training';

/** Streams a text file. @throws TrainingDataError if it cannot be read or is not UTF-8 */
export async function* readText(file: string): AsyncGenerator<string> {
  yield* decodeChunks(createReadStream(file) as AsyncIterable<Uint8Array>, file);
}

/** Reads a whole text file. @throws TrainingDataError if it cannot be read or is not UTF-8 */
export async function readWholeText(file: string): Promise<string> {
  const chunks: string[] = [];
  for await (const chunk of readText(file)) chunks.push(chunk);
  return chunks.join('');
}

/** Decodes a file that has been read as bytes, without a byte order mark. @throws TrainingDataError if it is not UTF-8 */
export function decodeText(bytes: Uint8Array, file: string): string {
  if (!isUtf8(bytes)) throw notUtf8(file, linesBeforeBad(bytes) + 1);
  return new TextDecoder().decode(bytes);
}

/**
 * Decodes a stream of bytes, such as standard input.
 *
 * @param name what is read, for error messages
 * @throws TrainingDataError if it cannot be read or is not UTF-8
 */
export async function* decodeChunks(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let lines = 0;
  /** The beginning of a character that continues in the next chunk. */
  let begun: Uint8Array = new Uint8Array();
  const decode = (chunk: Uint8Array, stream: boolean): string => {
    try {
      return decoder.decode(chunk, { stream });
    } catch (error) {
      throw notUtf8(name, lines + linesBeforeBad(Buffer.concat([begun, chunk])) + 1, error);
    }
  };
  try {
    for await (const chunk of chunks) {
      yield decode(chunk, true);
      lines += countNewlines(chunk);
      begun = begunCharacter(Buffer.concat([begun, chunk.subarray(-3)]));
    }
    decode(new Uint8Array(), false);
  } catch (error) {
    throw error instanceof AlbertError ? error : unreadable(name, error);
  }
}

/** Returns the last bytes if they are the beginning of a character of at most four bytes. */
function begunCharacter(bytes: Uint8Array): Uint8Array {
  const last = bytes.subarray(-3);
  const from = last.findLastIndex((byte) => byte >= 0xc0);
  return from < 0 ? new Uint8Array() : last.slice(from);
}

const newline = 10;

function countNewlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}

/** Returns the number of lines before the first one that is not UTF-8. If no other line is, that is the last one. */
function linesBeforeBad(bytes: Uint8Array): number {
  let lines = 0;
  for (let from = 0; ; lines++) {
    const end = bytes.indexOf(newline, from);
    if (end < 0 || !isUtf8(bytes.subarray(from, end))) return lines;
    from = end + 1;
  }
}

function notUtf8(name: string, line: number, cause?: unknown): TrainingDataError {
  return new TrainingDataError(
    {
      problem: `Line ${line} of ${name} is not UTF-8 text`,
      expected: 'Expected UTF-8',
      remedy: 'Save the file as UTF-8. It may be in Latin-1, Windows-1252 or UTF-16',
    },
    { cause },
  );
}

/** Creates the error for a data file or folder that is missing or cannot be read. */
export function unreadable(file: string, cause: unknown): TrainingDataError {
  return new TrainingDataError(
    { problem: `${file} cannot be read: ${messageOf(cause)}`, remedy: 'Check the path and its permissions' },
    { cause },
  );
}
