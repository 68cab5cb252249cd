import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrainingDataError } from '@albert-web/training';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodeChunks, decodeText, readWholeText } from './read-text.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albert-text-'));
});
afterAll(() => rm(folder, { recursive: true }));

const cafe = (line: number, encoding: 'latin1' | 'utf16le' | 'utf8'): Buffer =>
  Buffer.concat([
    Buffer.from('plain\n'.repeat(line - 1)),
    Buffer.from('a caf\u00e9\tb\n', encoding),
    Buffer.from('c\n'),
  ]);

async function read(bytes: Uint8Array): Promise<string> {
  const file = join(folder, 'train.tsv');
  await writeFile(file, bytes);
  return readWholeText(file);
}

// 20,000 lines are more than one chunk of a stream.
it.each([1, 3, 20_000])('rejects Latin-1 and names line %i', async (line) => {
  const failure = await read(cafe(line, 'latin1')).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(TrainingDataError);
  expect(String(failure)).toContain(`Line ${line} of ${join(folder, 'train.tsv')} is not UTF-8`);
});

it('rejects a file that ends in the middle of a character', async () => {
  await expect(read(Buffer.from('one\ntwo \u00e9').subarray(0, -1))).rejects.toThrow(/Line 2 of/u);
});

it('reads UTF-8, however its characters are split into chunks', async () => {
  const text = `\ufeff${'caf\u00e9 \u{1f600}'.repeat(30_000)}`;
  expect(await read(Buffer.from(text))).toBe(text);
});

it.each([
  ['a character cut by a newline', [0x61, 0x0a, 0xc3, 0x0a, 0x62], 2],
  ['a character cut by the end', [0x61, 0x0a, 0x62, 0xe2, 0x82], 2],
  ['a wrong character in the last line', [0xe2, 0x82, 0xac, 0x0a, 0x0a, 0xff], 3],
  ['a wrong first byte', [0xff], 1],
])('names the line of %s, however a stream is split', async (_, bytes, line) => {
  const all = Uint8Array.from(bytes);
  const message = `Line ${line} of standard input is not UTF-8`;
  expect(() => decodeText(all, 'standard input')).toThrow(message);
  for (let size = 1; size <= bytes.length; size++) {
    const chunks = async function* () {
      for (let from = 0; from < all.length; from += size) yield all.subarray(from, from + size);
    };
    const read = async () => {
      for await (const chunk of decodeChunks(chunks(), 'standard input')) expect(typeof chunk).toBe('string');
    };
    await expect(read()).rejects.toThrow(message);
  }
});
