import type { StoredTensor } from '../checkpoint.ts';
import { brokenFile } from './parse.ts';
import { indexFile, partName } from './shard-index.ts';

/** Joins tensors that were split by rows across shards. Copies only if the parts are not contiguous. */
export function joinRows(
  tensors: ReadonlyMap<string, StoredTensor>,
  rowSplit: ReadonlyMap<string, number>,
): Map<string, StoredTensor> {
  const joined = new Map(tensors);
  for (const [name, count] of rowSplit) {
    const parts = Array.from({ length: count }, (_, part) => {
      const partOfName = partName(name, part);
      const tensor = joined.get(partOfName);
      if (!tensor) throw brokenFile(indexFile, `lacks part ${part} of tensor "${name}"`);
      joined.delete(partOfName);
      return tensor;
    });
    joined.set(name, join(name, parts));
  }
  return joined;
}

function join(name: string, parts: readonly StoredTensor[]): StoredTensor {
  const [first] = parts;
  if (!first) throw brokenFile(indexFile, `splits tensor "${name}" into no parts`);
  const rowShape = first.shape.slice(1);
  for (const { dtype, shape } of parts) {
    const same = dtype === first.dtype && shape.length > 0 && shape.slice(1).join() === rowShape.join();
    if (!same) throw brokenFile(indexFile, `splits tensor "${name}" into parts that do not match`);
  }
  const rows = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  return { name, dtype: first.dtype, shape: [rows, ...rowShape], bytes: endToEnd(parts.map(({ bytes }) => bytes)) };
}

function endToEnd(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [first] = parts;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  let end = first?.byteOffset ?? 0;
  const adjacent = parts.every(
    (part) => part.buffer === first?.buffer && part.byteOffset === end && ((end += part.length), true),
  );
  if (first && adjacent) return new Uint8Array(first.buffer, first.byteOffset, length);
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
