import { concatenate } from '@albert-web/errors';
import { cannotConvert } from '../convert-error.ts';
import type { ConvertError } from '../errors.ts';
import { limits } from '../limits.ts';

/** Maximum size to which an archive of `compressed` bytes may expand. */
export const maxContents = (compressed: number): number =>
  Math.min(limits.archive, Math.max(limits.smallArchive, compressed * limits.expansion));

/** The error for an archive that expands too far. */
export const expandsTooFar = (archive: string, limit: number): ConvertError =>
  cannotConvert(archive, `expands to more than ${limit} bytes`);

/**
 * Decompresses a gzip file. The platform's decompressor verifies the checksum.
 *
 * @throws ConvertError when the file is damaged, or expands too far (a "zip bomb")
 */
export async function gunzip(bytes: Uint8Array<ArrayBuffer>, archive: string): Promise<Uint8Array<ArrayBuffer>> {
  const limit = maxContents(bytes.length);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > limit) throw expandsTooFar(archive, limit);
      pieces.push(value);
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    throw length > limit ? error : cannotConvert(archive, 'is a damaged gzip file', error);
  }
  return concatenate(Uint8Array, pieces);
}
