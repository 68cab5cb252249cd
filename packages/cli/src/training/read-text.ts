import { createReadStream } from 'node:fs';
import { messageOf } from '@albert-web/errors';
import { TrainingDataError } from '@albert-web/training';

/** Streams a text file. @throws TrainingDataError if it cannot be read or is not UTF-8 */
export async function* readText(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const stream = createReadStream(file) as AsyncIterable<Uint8Array>;
  try {
    for await (const chunk of stream) yield decoder.decode(chunk, { stream: true });
    decoder.decode();
  } catch (error) {
    throw isBadText(error) ? await notUtf8(file, error) : unreadable(file, error);
  }
}

const isBadText = (error: unknown): boolean =>
  error instanceof TypeError && (error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA';

async function notUtf8(file: string, cause: unknown): Promise<TrainingDataError> {
  return new TrainingDataError(
    {
      problem: `Line ${await firstBadLine(file)} of ${file} is not UTF-8 text`,
      expected: 'Expected UTF-8',
      remedy: 'Save the file as UTF-8. It may be in Latin-1, Windows-1252 or UTF-16',
    },
    { cause },
  );
}

/** Finds the number of the first line that is not UTF-8. */
async function firstBadLine(file: string): Promise<number> {
  let line = 1;
  let decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) {
    for (let from = 0; from < chunk.length;) {
      const newline = chunk.indexOf(10, from);
      const end = newline < 0 ? chunk.length : newline;
      try {
        decoder.decode(chunk.subarray(from, end), { stream: newline < 0 });
      } catch {
        return line;
      }
      if (newline < 0) break;
      line++;
      decoder = new TextDecoder('utf-8', { fatal: true });
      from = newline + 1;
    }
  }
  return line;
}

/** Reads a whole text file. @throws TrainingDataError if it cannot be read */
export async function readWholeText(file: string): Promise<string> {
  const chunks: string[] = [];
  for await (const chunk of readText(file)) chunks.push(chunk);
  return chunks.join('');
}

/** Creates the error for a data file or folder that is missing or cannot be read. */
export function unreadable(file: string, cause: unknown): TrainingDataError {
  return new TrainingDataError(
    { problem: `${file} cannot be read: ${messageOf(cause)}`, remedy: 'Check the path and its permissions' },
    { cause },
  );
}
