import { expect, it } from 'vitest';
import { TrainingDataError } from '../errors.ts';
import { readLines } from './lines.ts';

/** Reads the lines of a text that arrives in chunks of this many characters. */
async function linesOf(text: string, size = text.length): Promise<string[]> {
  const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));
  const lines: string[] = [];
  for await (const line of readLines(chunks, 'dev.tsv')) {
    expect(line.number).toBe(lines.length + 1);
    lines.push(line.text);
  }
  return lines;
}

it.each([
  ['\\n', '\ufeffa\tb\n1\t2\n\nx', ['a\tb', '1\t2', '', 'x']],
  ['\\r\\n', 'a\tb\r\n1\t2\r\n\r\nx\r\n', ['a\tb', '1\t2', '', 'x']],
  ['\\r', 'a\tb\r1\t2\r\rx\r', ['a\tb', '1\t2', '', 'x']],
  ['\\r, then \\r\\n', 'a\rb\r\nc\nd', ['a', 'b', 'c', 'd']],
])('reads lines that end in %s, however they are split into chunks', async (_, text, lines) => {
  for (let size = 1; size <= text.length; size++) expect(await linesOf(text, size)).toEqual(lines);
});

it('keeps a \\r within a line of a file whose lines end in \\n', async () => {
  expect(await linesOf('a\tb\n1\r2\t3\n')).toEqual(['a\tb', '1\r2\t3']);
});

it('rejects a NUL character, with its line', async () => {
  await expect(linesOf('a\r\0')).rejects.toThrow(TrainingDataError);
  await expect(linesOf('a\r\0')).rejects.toThrow(/Line 2 of dev\.tsv/u);
});
