/** SHA-256 digests of what a run's weights depend on: by them a run knows its own folder again. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Checkpoint } from '@albert-web/checkpoints';
import { unreadable } from '../read-text.ts';

/** Of rows as they are read, one by one: their order counts. */
export class RowsDigest {
  readonly #hash = createHash('sha256');

  /** @param row plain values, as JSON has them. */
  add(row: unknown): void {
    addPart(this.#hash, JSON.stringify(row));
  }

  /** Hexadecimal. No row can be added afterwards. */
  finish(): string {
    return this.#hash.digest('hex');
  }
}

/** Of rows that are all there, hexadecimal. */
export function digestOfRows(rows: Iterable<unknown>): string {
  const digest = new RowsDigest();
  for (const row of rows) digest.add(row);
  return digest.finish();
}

/** Of the contents of files of any size, in this order, hexadecimal. @throws TrainingDataError when one cannot be read. */
export async function digestOfFiles(paths: readonly string[]): Promise<string> {
  const all = createHash('sha256');
  for (const path of paths) {
    const hash = createHash('sha256');
    try {
      for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    } catch (error) {
      throw unreadable(path, error);
    }
    all.update(hash.digest());
  }
  return all.digest('hex');
}

/** Of every stored tensor, in whatever order the file has them, hexadecimal. */
export function digestOfCheckpoint({ tensors }: Checkpoint): string {
  const hash = createHash('sha256');
  for (const name of [...tensors.keys()].sort()) {
    const { dtype = '', shape = [], bytes = new Uint8Array(0) } = tensors.get(name) ?? {};
    addPart(hash, JSON.stringify([name, dtype, shape]));
    addPart(hash, bytes);
  }
  return hash.digest('hex');
}

/** Of files by name, hexadecimal. */
export function digestOfFolder(files: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash('sha256');
  for (const name of [...files.keys()].sort()) {
    addPart(hash, name);
    addPart(hash, files.get(name) ?? new Uint8Array(0));
  }
  return hash.digest('hex');
}

/** With its length before it, so that no two lists of parts are hashed as the same bytes. */
function addPart(hash: Hash, part: string | Uint8Array): void {
  hash.update(`${Buffer.byteLength(part)}:`).update(part);
}
