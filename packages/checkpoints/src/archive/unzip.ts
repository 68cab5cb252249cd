import { unzipSync, type UnzipFileInfo } from 'fflate';
import { cannotConvert } from '../convert-error.ts';
import { ConvertError } from '../errors.ts';

/**
 * Extracts the entries of a zip archive that pass `filter`, by name.
 *
 * @param filter is called before memory is allocated for an entry, and may throw
 * @throws ConvertError
 */
export function unzip(
  bytes: Uint8Array,
  filter: (info: UnzipFileInfo) => boolean,
  file: string,
): [name: string, contents: Uint8Array<ArrayBuffer>][] {
  try {
    return Object.entries(unzipSync(bytes, { filter }) as Record<string, Uint8Array<ArrayBuffer>>);
  } catch (error) {
    throw error instanceof ConvertError ? error : cannotConvert(file, 'is a damaged zip archive', error);
  }
}
