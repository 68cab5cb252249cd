import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { register } from './paraphrase.ts';

const model = fileURLToPath(new URL('../../../../weights/default', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albert-paraphrase-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Returns the output of `albert paraphrase`, one line per pair. */
async function judge(pairs: readonly (readonly string[])[], ...flags: readonly string[]): Promise<string[]> {
  const file = join(folder, 'pairs.tsv');
  await writeFile(file, pairs.map((pair) => pair.join('\t')).join('\n'));
  using log = vi.spyOn(console, 'log').mockReturnValue();
  const program = new Command().exitOverride();
  register(program);
  const args = ['paraphrase', '--model', model, '--backend', 'wasm', '--pairs', file, ...flags];
  await program.parseAsync(args, { from: 'user' });
  return log.mock.calls.map(([line]) => String(line));
}

it('prints the verdict of each pair, and none if the model cannot read the pair', async () => {
  const lines = await judge([
    ['Roman soldiers built the bridge.', 'The bridge was built by Roman soldiers.'],
    ['The river flows north.', 'The river flows south.'],
    ['猫がソファで寝ている。', '犬が庭を走っている。'],
    ['Es hat die ganze Nacht geregnet.', 'Es regnete die ganze Nacht.'],
  ]);
  expect(lines.map((line) => line.split('  ')[0])).toEqual(['same', 'different', 'unreadable', 'other-language']);
});

it('prints JSON with the verdict and the whole result', async () => {
  const [line = ''] = await judge([['The river flows north.', 'The river flows south.']], '--json');
  expect(JSON.parse(line)).toMatchObject({ a: 'The river flows north.', verdict: 'different', paraphrase: false });
});

it('rejects a file without pairs, and sentences together with a file', async () => {
  await expect(judge([])).rejects.toThrow('pairs.tsv has no pairs');
  await expect(judge([['One.', 'Two.']], 'A third.', 'A fourth.')).rejects.toThrow('Both sentences and --pairs');
});

it('names the line of a file that is not a pair', async () => {
  await expect(judge([['One sentence.', 'Another.'], ['Alone.']])).rejects.toThrow('Line 2 of');
});
