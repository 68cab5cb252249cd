/** Writes TensorFlow checkpoints, for tests only: just enough of the format for optimizer slots and broken files. */
import { PbfWriter } from 'pbf';
import { ByteReader } from '../byte-reader.ts';
import type { StoredTensor } from '../checkpoint.ts';
import { maskedCrc32c } from '../crc32.ts';

/**
 * Writes `<prefix>.index` and its data file for F32 variables.
 *
 * @param fixedOffset an offset to state for every variable, which no real file does
 */
export function writeBundle(variables: readonly StoredTensor[], prefix = 'model.ckpt-best', fixedOffset?: number) {
  const sorted = [...variables].sort((a, b) => (a.name < b.name ? -1 : 1));
  const data = Buffer.concat(sorted.map(({ bytes }) => bytes));
  let offset = 0;
  const entries = sorted.map((variable): [string, Uint8Array] => {
    offset += variable.bytes.length;
    return [variable.name, entryMessage(variable, fixedOffset ?? offset - variable.bytes.length)];
  });
  const header = new PbfWriter();
  header.writeVarintField(1, 1);
  const blocks = [block([['', header.finish()], ...entries])];
  const handle = new PbfWriter();
  handle.writeVarint(0);
  handle.writeVarint((blocks[0]?.length ?? 0) - 5);
  blocks.push(block([['~', handle.finish()]]));
  const footer = Buffer.alloc(48);
  footer.set([0, 0], 0);
  const indexHandle = new PbfWriter();
  indexHandle.writeVarint(blocks[0]?.length ?? 0);
  indexHandle.writeVarint((blocks[1]?.length ?? 0) - 5);
  footer.set(indexHandle.finish(), 2);
  footer.writeUInt32LE(0x8b80fb57, 40);
  footer.writeUInt32LE(0xdb477524, 44);
  return {
    [`${prefix}.index`]: Uint8Array.from(Buffer.concat([...blocks, footer])),
    [`${prefix}.data-00000-of-00001`]: Uint8Array.from(data),
  };
}

function entryMessage({ shape, bytes }: StoredTensor, offset: number): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, 1);
  pbf.writeMessage(
    2,
    (shape, out) => shape.forEach((side) => out.writeMessage(2, (size, dim) => dim.writeVarintField(1, size), side)),
    shape,
  );
  pbf.writeVarintField(4, offset);
  pbf.writeVarintField(5, bytes.length);
  pbf.writeFixed32Field(6, maskedCrc32c(bytes));
  return pbf.finish();
}

/**
 * Writes a block: keys without shared prefixes, one restart point, and the trailer.
 *
 * @param more bytes to write after the entries
 */
export function block(entries: readonly (readonly [string, Uint8Array])[], more = Buffer.alloc(0)): Buffer {
  const pbf = new PbfWriter();
  const pieces = entries.flatMap(([key, value]) => {
    const lengths = new PbfWriter();
    for (const number of [0, Buffer.byteLength(key), value.length]) lengths.writeVarint(number);
    return [lengths.finish(), Buffer.from(key), value];
  });
  pbf.writeFixed32(0);
  pbf.writeFixed32(1);
  const content = Buffer.concat([...pieces, more, pbf.finish(), Uint8Array.of(0)]);
  const crc = Buffer.alloc(4);
  crc.writeUInt32LE(maskedCrc32c(content));
  return Buffer.concat([content, crc]);
}

/** Corrects the checksums of both blocks of a mutated index, so that the code after the check is reached. */
export function repairChecksums(index: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  try {
    const footer = new ByteReader(index, 'index', index.length - 48);
    footer.varint();
    footer.varint();
    const second = footer.varint();
    for (const [start, end] of [
      [0, second - 5],
      [second, second + footer.varint()],
    ] as const) {
      new DataView(index.buffer).setUint32(end + 1, maskedCrc32c(index.subarray(start, end + 1)), true);
    }
  } catch {
    // Mutated beyond repair: the reader under test must report it.
  }
  return index;
}
