/** Reads the files of a zip archive. */
import type { UnzipFileInfo } from 'fflate';
import { cannotConvert } from '../convert-error.ts';
import { crc32 } from '../crc32.ts';
import { expandsTooFar, maxContents } from './gunzip.ts';
import { unzip } from './unzip.ts';

/** What the directory of an archive says about a file. */
interface Stated {
  readonly size: number;
  readonly crc: number | undefined;
}

/** Returns file contents by path, without folders. @throws ConvertError when the archive is damaged or expands too far */
export function readZip(bytes: Uint8Array<ArrayBuffer>, archive: string): Map<string, Uint8Array<ArrayBuffer>> {
  const limit = maxContents(bytes.length);
  const checksums = readChecksums(bytes);
  const stated = new Map<string, Stated>();
  let total = 0;
  const filter = ({ name, originalSize }: UnzipFileInfo): boolean => {
    total += originalSize;
    if (total > limit || stated.size > 100_000) throw expandsTooFar(archive, limit);
    if (stated.has(name)) throw cannotConvert(archive, `has ${JSON.stringify(name.slice(0, 200))} twice`);
    stated.set(name, { size: originalSize, crc: checksums[stated.size] });
    return !name.endsWith('/');
  };
  const files = new Map(unzip(bytes, filter, archive));
  for (const [name, contents] of files) {
    const { size, crc } = stated.get(name) ?? {};
    if (contents.length !== size || crc32(contents) !== crc)
      throw cannotConvert(archive, `has ${JSON.stringify(name.slice(0, 200))} damaged`);
  }
  return files;
}

const entryMark = 0x02014b50;
const endMark = 0x06054b50;
const endMark64 = 0x06064b50;
/** Length of the end record. A comment may follow it. */
const endBytes = 22;
const locatorBytes = 20;

/**
 * Reads the CRC-32 of the files, in the order of the directory; fflate does not check them. Stops early in a damaged directory.
 *
 * Source: PKWARE `APPNOTE.TXT`, sections 4.3.12 to 4.3.16.
 */
function readChecksums(bytes: Uint8Array<ArrayBuffer>): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const checksums: number[] = [];
  let position = directoryStart(view);
  while (position !== undefined && position + 46 <= bytes.length && view.getUint32(position, true) === entryMark) {
    checksums.push(view.getUint32(position + 16, true));
    const lengths = [28, 30, 32].map((offset) => view.getUint16((position ?? 0) + offset, true));
    position = lengths.reduce((sum, length) => sum + length, position + 46);
  }
  return checksums;
}

function directoryStart(view: DataView): number | undefined {
  for (let end = view.byteLength - endBytes; end >= 0; end--) {
    if (view.getUint32(end, true) !== endMark) continue;
    const start = view.getUint32(end + 16, true);
    return start === 0xffffffff ? directoryStart64(view, end) : start;
  }
  return undefined;
}

/** Finds the directory of a zip64 archive: one beyond 4 GiB, or one by a writer that always uses that format. */
function directoryStart64(view: DataView, end: number): number | undefined {
  const record = end >= locatorBytes ? Number(view.getBigUint64(end - locatorBytes + 8, true)) : NaN;
  const isThere = record + 56 <= end && view.getUint32(record, true) === endMark64;
  return isThere ? Number(view.getBigUint64(record + 48, true)) : undefined;
}
