import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrainingDataError } from '@albert-web/training';
import type { StoredTensor } from '@albert-web/checkpoints';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOfCheckpoint, digestOfFiles, digestOfFolder, digestOfRows, RowsDigest } from './digest.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

describe('rows', () => {
  it('have different digests if text, order or row boundaries differ', () => {
    const of = digestOfRows([{ textA: 'a' }, { textA: 'b' }]);
    expect(digestOfRows([{ textA: 'a' }, { textA: 'b' }])).toBe(of);
    expect(digestOfRows([{ textA: 'b' }, { textA: 'a' }])).not.toBe(of);
    expect(digestOfRows(['1', '23'])).not.toBe(digestOfRows(['12', '3']));
  });

  it('have the same digest if added one by one', () => {
    const digest = new RowsDigest();
    for (const row of [1, 'two', { three: 3 }]) digest.add(row);
    expect(digest.finish()).toBe(digestOfRows([1, 'two', { three: 3 }]));
  });
});

describe('files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'albert-digest-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('have different digests if contents or file boundaries differ', async () => {
    const of = async (...contents: string[]): Promise<string> => {
      const paths = contents.map((_, index) => join(folder, String(index)));
      await Promise.all(paths.map((path, index) => writeFile(path, contents[index] ?? '')));
      return digestOfFiles(paths);
    };
    const first = await of('ab', 'c');
    expect(await of('ab', 'c')).toBe(first);
    expect(await of('a', 'bc')).not.toBe(first);
    expect(await of('ab', 'd')).not.toBe(first);
  });

  it('that cannot be read cause a named error', async () => {
    await expect(digestOfFiles([join(folder, 'nowhere')])).rejects.toThrow(TrainingDataError);
  });

  it('of a folder have different digests if names or contents differ', () => {
    const of = digestOfFolder(new Map([['a', bytes('x')]]));
    expect(digestOfFolder(new Map([['b', bytes('x')]]))).not.toBe(of);
    expect(digestOfFolder(new Map([['a', bytes('y')]]))).not.toBe(of);
  });
});

it("a checkpoint's digest depends on every value, but not on the order of its tensors", () => {
  const tensor = (name: string, text: string): StoredTensor => ({ name, dtype: 'U8', shape: [1], bytes: bytes(text) });
  const of = (...tensors: StoredTensor[]): string =>
    digestOfCheckpoint({ tensors: new Map(tensors.map((stored) => [stored.name, stored])), metadata: {} });
  const first = of(tensor('a', 'x'), tensor('b', 'y'));
  expect(of(tensor('b', 'y'), tensor('a', 'x'))).toBe(first);
  expect(of(tensor('a', 'x'), tensor('b', 'z'))).not.toBe(first);
});
