/** Computes SHA-256 digests of everything that determines a run's weights, to recognize the run in its folder. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Checkpoint } from '@albert-web/checkpoints';
import { unreadable } from '../read-text.ts';

/** The digest of a sequence of rows. */
export class RowsDigest {
  readonly #hash = createHash('sha256');

  /** Adds a row. @param row a JSON value */
  add(row: unknown): void {
    addPart(this.#hash, JSON.stringify(row));
  }

  /** Returns the digest in hexadecimal. No rows can be added afterwards. */
  finish(): string {
    return this.#hash.digest('hex');
  }
}

/** Returns the digest of rows, in hexadecimal. */
export function digestOfRows(rows: Iterable<unknown>): string {
  const digest = new RowsDigest();
  for (const row of rows) digest.add(row);
  return digest.finish();
}

/** Returns the digest of files of any size, in this order, in hexadecimal. @throws TrainingDataError if one cannot be read */
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

/** Returns the digest of all stored tensors, regardless of their order in the file, in hexadecimal. */
export function digestOfCheckpoint({ tensors }: Checkpoint): string {
  const hash = createHash('sha256');
  for (const name of [...tensors.keys()].sort()) {
    const { dtype = '', shape = [], bytes = new Uint8Array(0) } = tensors.get(name) ?? {};
    addPart(hash, JSON.stringify([name, dtype, shape]));
    addPart(hash, bytes);
  }
  return hash.digest('hex');
}

/** Returns the digest of files by name, in hexadecimal. */
export function digestOfFolder(files: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash('sha256');
  for (const name of [...files.keys()].sort()) {
    addPart(hash, name);
    addPart(hash, files.get(name) ?? new Uint8Array(0));
  }
  return hash.digest('hex');
}

/** Adds a part preceded by its length, so that different lists of parts have different digests. */
function addPart(hash: Hash, part: string | Uint8Array): void {
  hash.update(`${Buffer.byteLength(part)}:`).update(part);
}
