/**
 * Reads a checkpoint's `.index` file, a table of keys and values in LevelDB's format.
 *
 * Source: tensorflow/core/lib/io/format.cc, block.cc; google/leveldb doc/table_format.md.
 */
import { allocate } from '@albert-web/errors';
import { ByteReader } from '../byte-reader.ts';
import { cannotConvert } from '../convert-error.ts';
import { maskedCrc32c } from '../crc32.ts';

const magic = [0x8b80fb57, 0xdb477524] as const;
const footerBytes = 48;
/** After each block: one byte of compression, four of CRC. */
const trailerBytes = 5;
/** Maximum bytes of expanded keys per byte of a block. TensorFlow's files have 2. */
const maxKeyGrowth = 32;

/** Returns the entries in order, with keys as text. @throws ConvertError */
export function readTable(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
): [key: string, value: Uint8Array<ArrayBuffer>][] {
  if (bytes.length < footerBytes) throw cannotConvert(file, `has ${bytes.length} bytes, too few for an index`);
  const footer = new ByteReader(bytes, file, bytes.length - 8);
  if (footer.uint32() !== magic[0] || footer.uint32() !== magic[1])
    throw cannotConvert(file, 'is not a TensorFlow index');
  footer.position = bytes.length - footerBytes;
  readHandle(footer);
  const blocks = readBlock(bytes, readHandle(footer), file);
  let end = 0;
  return blocks.flatMap(([, value]) => {
    const handle = readHandle(new ByteReader(value, file));
    // Repeated blocks could expand a small file to a large table.
    if (handle.offset < end) throw cannotConvert(file, 'has blocks that overlap');
    end = handle.offset + handle.size + trailerBytes;
    const entries = readBlock(bytes, handle, file);
    return entries.map(([key, value]): [string, Uint8Array<ArrayBuffer>] => [new TextDecoder().decode(key), value]);
  });
}

/** The location of a block. */
interface Handle {
  readonly offset: number;
  readonly size: number;
}

const readHandle = (reader: ByteReader): Handle => ({ offset: reader.varint(), size: reader.varint() });

type Entry = [key: Uint8Array<ArrayBuffer>, value: Uint8Array<ArrayBuffer>];

function readBlock(table: Uint8Array<ArrayBuffer>, { offset, size }: Handle, file: string): Entry[] {
  if (offset + size + trailerBytes > table.length - footerBytes) throw cannotConvert(file, 'points beyond its end');
  const compression = table[offset + size];
  if (compression !== 0) throw cannotConvert(file, `is compressed (type ${compression}), which TensorFlow does not do`);
  const stored = new ByteReader(table, file, offset + size + 1).uint32();
  if (stored !== maskedCrc32c(table.subarray(offset, offset + size + 1)))
    throw cannotConvert(file, 'has a wrong checksum');
  return readEntries(table.subarray(offset, offset + size), file);
}

/** Reads all entries of a block. Keys share a prefix with the previous one. The restart points at the end are not needed. */
function readEntries(block: Uint8Array<ArrayBuffer>, file: string): Entry[] {
  const restarts = block.length >= 4 ? new ByteReader(block, file, block.length - 4).uint32() : Infinity;
  const end = block.length - 4 - restarts * 4;
  if (!(end >= 0)) throw cannotConvert(file, 'has a block without restart points');
  const reader = new ByteReader(block.subarray(0, end), file);
  const entries: Entry[] = [];
  let key: Uint8Array<ArrayBuffer> = new Uint8Array();
  let keyBytes = 0;
  while (reader.remaining > 0) {
    const [shared, own, valueLength] = [reader.varint(), reader.varint(), reader.varint()];
    if (shared > key.length) throw cannotConvert(file, 'has a key that shares more than the previous key has');
    const rest = reader.bytes(own);
    keyBytes += shared + own;
    if (keyBytes > maxKeyGrowth * block.length) throw cannotConvert(file, 'has keys far longer than itself');
    const next = allocate(Uint8Array, shared + own);
    next.set(key.subarray(0, shared));
    next.set(rest, shared);
    key = next;
    entries.push([key, reader.bytes(valueLength)]);
  }
  return entries;
}
