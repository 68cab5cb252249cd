import { cannotConvert } from '../convert-error.ts';
import type { ConvertError } from '../errors.ts';

/** Trained weights hardly compress; what grows more than this is no checkpoint. */
const largestRatio = 20;
/** Small archives may hold long texts. */
const alwaysAllowed = 16 * 1024 * 1024;

/** The most bytes that an archive of `compressed` bytes may expand to. */
export const largestContents = (compressed: number): number => Math.max(alwaysAllowed, compressed * largestRatio);

/** The error of an archive that expands to more. */
export const expandsTooFar = (archive: string): ConvertError =>
  cannotConvert(archive, `expands to more than ${largestRatio} times its size`);

/**
 * The contents of a gzip file, its checksum verified by the platform's own decompressor.
 *
 * @throws ConvertError when it is damaged, or expands to far more than weights do (a "zip bomb").
 */
export async function gunzip(bytes: Uint8Array<ArrayBuffer>, archive: string): Promise<Uint8Array<ArrayBuffer>> {
  const limit = largestContents(bytes.length);
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
