/** Reads the files of a tar archive (POSIX ustar, with GNU and pax long names), as views into it. */
import { cannotConvert } from '../convert-error.ts';

const blockBytes = 512;

/** Returns file contents by path. Folders, links and devices are skipped. @throws ConvertError */
export function readTar(bytes: Uint8Array<ArrayBuffer>, archive: string): Map<string, Uint8Array<ArrayBuffer>> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  let longName: string | undefined;
  for (let position = 0; position + blockBytes <= bytes.length;) {
    const header = bytes.subarray(position, position + blockBytes);
    if (header.every((byte) => byte === 0)) return files;
    checkHeader(header, archive);
    const size = readNumber(header.subarray(124, 136));
    const start = position + blockBytes;
    if (!(size <= bytes.length - start)) throw cannotConvert(archive, 'ends in the middle of a file');
    const contents = bytes.subarray(start, start + size);
    position = start + Math.ceil(size / blockBytes) * blockBytes;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === 'L') longName = readText(contents);
    else if (type === 'x') longName = paxPath(contents) ?? longName;
    else if (type !== 'g') {
      if (type === '0' || type === '\0') files.set(longName ?? shortName(header), contents);
      longName = undefined;
    }
  }
  throw cannotConvert(archive, 'ends before its end mark');
}

/** Verifies the checksum: the sum of the header's bytes, with its own field counted as blanks. */
function checkHeader(header: Uint8Array, archive: string): void {
  const stated = readNumber(header.subarray(148, 156));
  const sum = header.reduce((sum, byte, index) => sum + (index >= 148 && index < 156 ? 32 : byte), 0);
  if (stated !== sum) throw cannotConvert(archive, 'is not a tar archive, or has a damaged header');
}

function shortName(header: Uint8Array): string {
  const name = readText(header.subarray(0, 100));
  const prefix = readText(header.subarray(257, 262)) === 'ustar' ? readText(header.subarray(345, 500)) : '';
  return prefix ? `${prefix}/${name}` : name;
}

/** Parses octal digits; NaN for anything else. Sizes above 8 GiB use another encoding, but no checkpoint is that large. */
function readNumber(field: Uint8Array): number {
  const digits = readText(field).trim();
  return /^[0-7]+$/u.test(digits) ? Number.parseInt(digits, 8) : NaN;
}

/** Decodes text up to the first zero byte. */
function readText(field: Uint8Array): string {
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

/** Finds the `path` record of a pax header: `<length> path=<value>\n`. */
function paxPath(contents: Uint8Array): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/u.exec(new TextDecoder().decode(contents))?.[1];
}
