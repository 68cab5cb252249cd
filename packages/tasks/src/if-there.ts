import { MissingFileError } from '@albert-web/checkpoints';

/** What `read` gives, or undefined when the file is not there: one request, where asking first would make two. */
export async function ifThere<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof MissingFileError) return undefined;
    throw error;
  }
}
