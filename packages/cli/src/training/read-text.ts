import { createReadStream } from 'node:fs';
import { messageOf } from '@albert-web/errors';
import { TrainingDataError } from '@albert-web/training';

/** A text file as it is read. @throws TrainingDataError when it cannot be. */
export async function* readText(file: string): AsyncGenerator<string> {
  try {
    for await (const chunk of createReadStream(file, 'utf8')) yield chunk as string;
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** All of a text file. @throws TrainingDataError when it cannot be read. */
export async function readWholeText(file: string): Promise<string> {
  const chunks: string[] = [];
  for await (const chunk of readText(file)) chunks.push(chunk);
  return chunks.join('');
}

/** A file of data that is not there, or is not what it should be. */
export function unreadable(file: string, cause: unknown): TrainingDataError {
  return new TrainingDataError(
    { problem: `${file} cannot be read: ${messageOf(cause)}`, remedy: 'Check the path' },
    { cause },
  );
}
