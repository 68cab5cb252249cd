import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunFolderError } from '../errors.ts';
import { register } from './create-pretraining-data.ts';

const spiece = fileURLToPath(new URL('../../../../weights/default/spiece.model', import.meta.url));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albert-data-'));
  const lines = Array.from({ length: 40 }, (_, i) => (i % 5 === 4 ? '' : `Sentence ${i} is one of many in this text.`));
  await writeFile(join(folder, 'text.txt'), lines.join('\n'));
  vi.spyOn(console, 'log').mockReturnValue();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function create(...outputs: string[]): Promise<void> {
  const program = new Command().exitOverride();
  register(program);
  const flags = {
    input_file: join(folder, 'text.txt'),
    output_file: outputs.map((name) => join(folder, name)).join(','),
    spm_model_file: spiece,
    max_seq_length: 64,
    max_predictions_per_seq: 10,
    dupe_factor: 2,
  };
  const given = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  await program.parseAsync(['create-pretraining-data', ...given], { from: 'user' });
}

describe('create-pretraining-data', () => {
  it('distributes instances over its files, the same way every time', async () => {
    await create('a.tfrecord', 'b.tfrecord');
    const first = await Promise.all(['a', 'b'].map((name) => readFile(join(folder, `${name}.tfrecord`))));
    expect(Math.min(...first.map(({ length }) => length))).toBeGreaterThan(1000);
    await create('a.tfrecord', 'b.tfrecord');
    expect(await readFile(join(folder, 'a.tfrecord'))).toEqual(first[0]);
    expect((await readdir(folder)).toSorted()).toEqual(['a.tfrecord', 'b.tfrecord', 'text.txt']);
  });

  it('writes a file only once if it is named twice', async () => {
    await create('a.tfrecord');
    const once = await readFile(join(folder, 'a.tfrecord'));
    await create('a.tfrecord', 'a.tfrecord');
    expect(await readFile(join(folder, 'a.tfrecord'))).toEqual(once);
  });

  it('reports a missing folder by name', async () => {
    await expect(create('nowhere/a.tfrecord')).rejects.toThrow(RunFolderError);
  });

  it.runIf(existsSync('/dev/full'))('reports a full disk by name, and leaves nothing half-written', async () => {
    // The second file is on /dev/full, which behaves like a full disk.
    await symlink('/dev/full', join(folder, 'b.tfrecord.partial'));
    await expect(create('a.tfrecord', 'b.tfrecord')).rejects.toThrow(/disk of .*b\.tfrecord is full/u);
    expect(await readdir(folder)).toEqual(['text.txt']);
  });
});
