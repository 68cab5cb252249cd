/** The checksums of archives and of TensorFlow. */

/** Lookup tables by reflected polynomial. */
const tables = new Map<number, Uint32Array>();

function tableOf(polynomial: number): Uint32Array {
  const known = tables.get(polynomial);
  if (known) return known;
  const table = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
  tables.set(polynomial, table);
  return table;
}

function checksum(bytes: Uint8Array, polynomial: number): number {
  const table = tableOf(polynomial);
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ (table[(crc ^ (bytes[i] ?? 0)) & 255] ?? 0);
  return ~crc >>> 0;
}

/** Computes the CRC-32 of zip, gzip and PNG. */
export const crc32 = (bytes: Uint8Array): number => checksum(bytes, 0xedb88320);

/** Computes CRC-32C (Castagnoli). */
export const crc32c = (bytes: Uint8Array): number => checksum(bytes, 0x82f63b78);

/**
 * Computes CRC-32C, rotated and offset, because a CRC of data that contains CRCs is problematic
 * (`tensorflow/core/lib/hash/crc32c.h`).
 */
export function maskedCrc32c(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
