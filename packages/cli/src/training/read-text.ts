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

/** A whole JSON file. @throws TrainingDataError when it cannot be read or is not JSON. */
export async function readJsonFile(file: string): Promise<unknown> {
  let text = '';
  for await (const chunk of readText(file)) text += chunk;
  try {
    return JSON.parse(text.replace(/^\uFEFF/u, '')) as unknown;
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, cause: unknown): TrainingDataError {
  return new TrainingDataError(
    { problem: `${file} cannot be read: ${messageOf(cause)}`, remedy: 'Check the path' },
    { cause },
  );
}
