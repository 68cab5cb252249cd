import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { fixtureUrl } from '@albert-web/testing';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convertTensorflow } from '../tensorflow/convert.ts';
import { openArchive } from './open.ts';
import { ConvertError, MissingFileError, UnsafePathError } from '../errors.ts';

const run = promisify(execFile);
const longName = `${'long'.repeat(40)}.txt`;
let folder: string;
let archives: Record<string, Uint8Array<ArrayBuffer>>;

/** The archives are made by the system's tar, an implementation independent of the one under test. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'albert-tar-'));
  await cp(fixtureUrl('weights/tensorflow'), join(folder, 'albert_base'), { recursive: true });
  await mkdir(join(folder, 'albert_base/sub'));
  await writeFile(join(folder, 'albert_base/sub', longName), 'hello');
  await symlink('/etc/passwd', join(folder, 'albert_base/link'));
  const pack = async (...options: string[]): Promise<Uint8Array<ArrayBuffer>> => {
    await run('tar', ['-C', folder, ...options, '-cf', join(folder, 'out'), 'albert_base']);
    return new Uint8Array(await readFile(join(folder, 'out')));
  };
  archives = {
    gnu: await pack('--format=gnu', '-z'),
    pax: await pack('--format=pax', '-z'),
    plain: await pack('--format=ustar', `--exclude=${longName}`),
  };
});
afterAll(() => rm(folder, { recursive: true }));

const archive = (name: string): Uint8Array<ArrayBuffer> => archives[name] ?? new Uint8Array();

describe('openArchive', () => {
  it.each(['gnu', 'pax', 'plain'])('reads a release packed by tar (%s)', async (name) => {
    const files = await openArchive(archive(name));
    const { checkpoint } = await convertTensorflow(files);
    expect(checkpoint.tensors.size).toBeGreaterThan(20);
    if (name !== 'plain') expect(await files.readText(`sub/${longName}`)).toBe('hello');
    await expect(files.readBytes('link')).rejects.toThrow(MissingFileError);
  });

  it('keeps its files apart from what is read, also those of a Buffer', async () => {
    const files = await openArchive(Buffer.from(archive('plain')));
    const [name = ''] = (await files.list?.()) ?? [];
    const read = await files.readBytes(name);
    const before = read.slice();
    read.fill(7);
    expect(Buffer.compare(await files.readBytes(name), before)).toBe(0);
  });

  it('rejects damaged and truncated archives', async () => {
    const bytes = archive('gnu').slice();
    for (const length of [1, 2, 10, 100, 5000, bytes.length - 5]) {
      await expect(openArchive(bytes.slice(0, length)), `${length}`).rejects.toThrow(ConvertError);
    }
    bytes[5000] = (bytes[5000] ?? 0) ^ 255;
    await expect(openArchive(bytes)).rejects.toThrow(ConvertError);
    await expect(openArchive(archive('plain').slice(0, 2000))).rejects.toThrow(ConvertError);
  });

  it('reads a zip, without what macOS adds to it', async () => {
    const bytes = await readFile(fixtureUrl('forms/tf-hub.zip'));
    const files = await openArchive(zipSync({ ...unzipSync(bytes), '__MACOSX/._saved_model.pb': bytes }));
    expect((await files.list?.())?.toSorted()).toEqual([
      'assets/30k-clean.model',
      'assets/albert_config.json',
      'saved_model.pb',
      'variables/variables.data-00000-of-00001',
      'variables/variables.index',
    ]);
    for (const length of [3, 100, 2000, bytes.length - 5])
      await expect(openArchive(new Uint8Array(bytes.subarray(0, length))), `${length}`).rejects.toThrow(ConvertError);
  });

  it('removes folders that contain everything else from the paths', async () => {
    const one = new Uint8Array(1);
    const listOf = async (paths: readonly string[]): Promise<string[] | undefined> => {
      const entries = Object.fromEntries(paths.map((path) => [path, one]));
      const files = await openArchive(zipSync({ ...entries, '__MACOSX/x': one }));
      return [...((await files.list?.()) ?? [])];
    };
    expect(await listOf(['a/b/config.json', 'a/b/onnx/model.onnx'])).toEqual(['config.json', 'onnx/model.onnx']);
    expect(await listOf(['mine: 90 %/b/config.json'])).toEqual(['config.json']);
    expect(await listOf(['a/b/config.json', 'a/c/config.json'])).toEqual(['b/config.json', 'c/config.json']);
  });

  it('names the damaged file of a zip whose length is right', async () => {
    const bytes = zipSync({ 'config.json': new Uint8Array(64).fill(7) }, { level: 0 });
    const inside = bytes.findIndex((byte, index) => byte === 7 && bytes[index + 1] === 7);
    bytes[inside] = 8;
    await expect(openArchive(bytes)).rejects.toThrow(/has "config\.json" damaged/u);
  });

  it('rejects a zip bomb before it expands', async () => {
    const zeros = Buffer.alloc(200_000_000);
    for (const bomb of [gzipSync(zeros, { level: 9 }), zipSync({ zeros })])
      await expect(openArchive(new Uint8Array(bomb))).rejects.toThrow(/expands/u);
  });

  it('rejects paths that lead out of the archive', async () => {
    await writeFile(join(folder, 'evil'), 'x');
    await run('tar', ['-C', folder, '-P', '--transform=s,evil,../../evil,', '-cf', join(folder, 'out'), 'evil']);
    await expect(openArchive(new Uint8Array(await readFile(join(folder, 'out'))))).rejects.toThrow(UnsafePathError);
  });
});
