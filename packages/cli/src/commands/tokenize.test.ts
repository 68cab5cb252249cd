import { Readable } from 'node:stream';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import { runCommand } from '../testing/run-command.ts';
import { register } from './tokenize.ts';

const model = fileURLToPath(new URL('../../../testing/fixtures/tokenizer/', import.meta.url));

afterEach(() => vi.restoreAllMocks());

async function tokenize(input: Uint8Array): Promise<string> {
  vi.spyOn(process, 'stdin', 'get').mockReturnValue(Readable.from([input]) as unknown as typeof process.stdin);
  return runCommand(register, { model });
}

it('prints the ids of each line of standard input', async () => {
  expect(await tokenize(Buffer.from('a\r\nHello, world!\n'))).toBe('2 21 3\n2 10975 15 126 187 3\n');
});

it('rejects text that is not UTF-8, with its line', async () => {
  const latin1 = Buffer.from('a\na caf\u00e9\n', 'latin1');
  await expect(tokenize(latin1)).rejects.toThrow('Line 2 of standard input is not UTF-8 text');
});

it('rejects a recording that is not UTF-8', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'albert-tokenize-'));
  try {
    const golden = join(folder, 'golden.json');
    await writeFile(golden, Buffer.from('{\n"text": "caf\u00e9"}', 'latin1'));
    await expect(runCommand(register, { model, golden })).rejects.toThrow(`Line 2 of ${golden} is not UTF-8 text`);
  } finally {
    await rm(folder, { recursive: true });
  }
});
