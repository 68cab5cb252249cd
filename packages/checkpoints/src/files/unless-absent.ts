/**
 * What is read from the file system; undefined if nothing is there. Node only.
 *
 * A file or folder that is there and cannot be read is not taken for a missing one.
 *
 * @throws any other error of the file system
 */
export async function unlessAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
