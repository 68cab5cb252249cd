import { allocate } from '@albert-web/errors';
import type { Checkpoint, StoredTensor } from '../checkpoint.ts';
import { elementBytes } from '../dtype.ts';

/**
 * Writes all tensors to one safetensors file, which Hugging Face transformers can open.
 *
 * Wider elements come first and the header is padded to 8 bytes, so that every tensor is aligned.
 */
export function writeSafetensors({ tensors, metadata }: Checkpoint): Uint8Array<ArrayBuffer> {
  return writeTensors(widestFirst(tensors.values()), metadata);
}

/** Like `writeSafetensors`, but in the given order. */
export function writeTensors(
  tensors: readonly StoredTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = {};
  // transformers rejects files that do not name their framework.
  header['__metadata__'] = { format: 'pt', ...metadata };
  let position = 0;
  for (const { name, dtype, shape, bytes } of tensors) {
    header[name] = { dtype, shape, data_offsets: [position, position + bytes.length] };
    position += bytes.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const file = allocate(Uint8Array, 8 + headerLength + position);
  new DataView(file.buffer).setUint32(0, headerLength, true);
  file.fill(0x20, 8, 8 + headerLength);
  file.set(text, 8);
  let offset = 8 + headerLength;
  for (const { bytes } of tensors) {
    file.set(bytes, offset);
    offset += bytes.length;
  }
  return file;
}

/** Sorts tensors by element size, widest first. The sort is stable. */
export function widestFirst(tensors: Iterable<StoredTensor>): StoredTensor[] {
  return [...tensors].sort((a, b) => elementBytes[b.dtype] - elementBytes[a.dtype]);
}
