import { unzipSync, type UnzipFileInfo } from 'fflate';
import { cannotConvert } from '../convert-error.ts';
import { ConvertError } from '../errors.ts';

/**
 * The entries of a zip archive that `filter` wants, by name.
 *
 * @param filter sees each entry before there is memory for it, and may throw
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
    throw error instanceof ConvertError ? error : cannotConvert(file, 'is a broken zip archive', error);
  }
}
