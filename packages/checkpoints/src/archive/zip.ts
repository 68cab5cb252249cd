/** Files of a zip archive. */
import type { UnzipFileInfo } from 'fflate';
import { cannotConvert } from '../convert-error.ts';
import { expandsTooFar, largestContents } from './gunzip.ts';
import { unzip } from './unzip.ts';

/** Contents by path; folders are left out. @throws ConvertError when it is damaged or expands too far */
export function readZip(bytes: Uint8Array<ArrayBuffer>, archive: string): Map<string, Uint8Array<ArrayBuffer>> {
  const limit = largestContents(bytes.length);
  const stated = new Map<string, number>();
  let total = 0;
  const filter = ({ name, originalSize }: UnzipFileInfo): boolean => {
    total += originalSize;
    if (total > limit || stated.size > 100_000) throw expandsTooFar(archive);
    if (stated.has(name)) throw cannotConvert(archive, `has ${JSON.stringify(name.slice(0, 200))} twice`);
    stated.set(name, originalSize);
    return !name.endsWith('/');
  };
  const files = new Map(unzip(bytes, filter, archive));
  for (const [name, { length }] of files) {
    if (length !== stated.get(name)) throw cannotConvert(archive, `has ${JSON.stringify(name.slice(0, 200))} damaged`);
  }
  return files;
}
