import { createHash } from 'node:crypto';
import { seededRandom } from '@albert-web/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { scratchCopy } from './scratch-copy.ts';
import { sha256 } from './sha256.ts';

const random = seededRandom(1);
const randomBytes = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, () => random.integer(0, 256));

afterEach(() => vi.restoreAllMocks());

it('copies bytes to memory that all files share', () => {
  const [first, second] = [randomBytes(1000), randomBytes(700)];
  const buffer = scratchCopy(first).buffer;
  expect(scratchCopy(first)).toEqual(first);
  expect(scratchCopy(second)).toEqual(second);
  expect(scratchCopy(second).buffer).toBe(buffer);
  expect(buffer).not.toBe(first.buffer);
});

it('does not copy a file that is larger than a shard', () => {
  const bytes = new Uint8Array(2 ** 22 + 1);
  expect(scratchCopy(bytes)).toBe(bytes);
});

it('passes only copies to the hash function, even for several files at once', async () => {
  const digest = vi.spyOn(crypto.subtle, 'digest');
  const files = [0, 1, 1000, 300_000, 70_000].map(randomBytes);
  const expected = files.map((bytes) => createHash('sha256').update(bytes).digest('hex'));
  expect(await Promise.all(files.map(sha256))).toEqual(expected);
  const seen = digest.mock.calls.map(([, data]) => (data as Uint8Array).buffer);
  expect(seen).toHaveLength(files.length);
  expect(seen.filter((buffer) => files.some((bytes) => bytes.buffer === buffer))).toEqual([]);
});
