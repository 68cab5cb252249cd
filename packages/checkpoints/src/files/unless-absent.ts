/**
 * Returns the result of a read from the file system, or undefined if the file or folder is missing. Node only.
 *
 * @throws any other file system error: something that exists but cannot be read is not treated as missing
 */
export async function unlessAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
