import { allocate } from '@albert-web/errors';

/** Joins byte arrays into a new one. @throws OutOfMemoryError */
export function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = allocate(
    Uint8Array,
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let end = 0;
  for (const part of parts) {
    joined.set(part, end);
    end += part.length;
  }
  return joined;
}
