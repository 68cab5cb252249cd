import { cannotConvert } from '../convert-error.ts';
import type { ConvertError } from '../errors.ts';

/** Trained weights barely compress, so an archive that expands further is not a checkpoint. */
const maxRatio = 20;
/** Any archive may expand to this size, because small ones may contain long texts. */
const minLimit = 16 * 1024 * 1024;

/** Maximum size to which an archive of `compressed` bytes may expand. */
export const maxContents = (compressed: number): number => Math.max(minLimit, compressed * maxRatio);

/** The error for an archive that expands too far. */
export const expandsTooFar = (archive: string): ConvertError =>
  cannotConvert(archive, `expands to more than ${maxRatio} times its size`);

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
      if (done) return new Uint8Array(await new Blob(pieces).arrayBuffer());
      length += value.length;
      if (length > limit) throw expandsTooFar(archive);
      pieces.push(value);
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    throw length > limit ? error : cannotConvert(archive, 'is a damaged gzip file', error);
  }
}
